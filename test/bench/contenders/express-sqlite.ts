/** Express with security headers and one read of the account from Tessera's database: no login, token or contract. */
import { DatabaseSync } from 'node:sqlite'
import express from 'express'
import helmet from 'helmet'
import { account, listen } from './listen.ts'

const database = new DatabaseSync(process.env.DATABASE_URL ?? '', { readOnly: true })
const read = database.prepare('SELECT * FROM users WHERE username_key = ?')

const app = express()
app.use(helmet())
app.get('/users/me', (_req, res) => {
  const { user_id, username, email, full_name } = read.get('johndoe') ?? {}
  res.json({ ...account, user_id, username, email, full_name })
})
listen(app)
