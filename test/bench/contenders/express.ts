/** Express with one route that returns what Tessera returns, without login, token or contract. */
import express from 'express'
import { account, listen } from './listen.ts'

const app = express()
app.get('/users/me', (_req, res) => void res.json(account))
listen(app)
