/** Express with one route that answers the same as Tessera, and no login, no token, no contract. */
import express from 'express'
import { account, listen } from './listen.ts'

const app = express()
app.get('/users/me', (_req, res) => void res.json(account))
listen(app)
