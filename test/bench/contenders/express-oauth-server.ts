/** @node-oauth/express-oauth-server as its documentation builds it: bcrypt passwords, opaque tokens, all in memory. */
import OAuthServer from '@node-oauth/express-oauth-server'
import type { Token } from '@node-oauth/oauth2-server'
import { compare, hash } from 'bcrypt'
import express from 'express'
import { account, listen } from './listen.ts'

const user = { ...account, passwordHash: await hash('secret123', Number(process.env.BCRYPT_COST)) }
const client = { id: 'bench', grants: ['password'] }
const tokens = new Map<string, Token>()

const oauth = new OAuthServer({
  allowBearerTokensInQueryString: false,
  requireClientAuthentication: { password: false },
  model: {
    getClient: async (id) => (id === client.id ? client : undefined),
    getUser: async (username, password) =>
      username === user.username && (await compare(password, user.passwordHash)) ? user : undefined,
    validateScope: async () => ['me:read'],
    saveToken: async (token, client, user) => {
      const saved = { ...token, client, user }
      tokens.set(token.accessToken, saved)
      return saved
    },
    getAccessToken: async (token) => tokens.get(token),
  },
})

const app = express()
app.use(express.urlencoded({ extended: false }))
app.post('/token', oauth.token())
app.get('/users/me', oauth.authenticate(), (_req, res) => void res.json(account))
listen(app)
