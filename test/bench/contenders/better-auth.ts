/** Better Auth as its documentation builds it: sessions in node:sqlite, bearer tokens, its own scrypt. Rate limit and telemetry are off. */
import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import { bearer } from 'better-auth/plugins'
import express from 'express'
import { account, listen } from './listen.ts'

const auth = betterAuth({
  baseURL: 'http://127.0.0.1',
  secret: randomBytes(32).toString('base64'),
  database: new DatabaseSync(process.env.DATABASE_FILE ?? ':memory:'),
  emailAndPassword: { enabled: true },
  plugins: [bearer()],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
})
const { runMigrations } = await getMigrations(auth.options)
await runMigrations()
await auth.api.signUpEmail({
  body: { email: account.email, name: account.full_name, password: 'secret123' },
})

const app = express()
app.all('/api/auth/*splat', toNodeHandler(auth))
app.get('/api/me', async (req, res) => {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) })
  return session ? res.json(session) : res.sendStatus(401)
})
listen(app)
