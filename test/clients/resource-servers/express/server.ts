import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'

const app = express()
app.use(
  auth({
    issuerBaseURL: 'http://127.0.0.1:8000',
    audience: 'http://127.0.0.1:8000',
    // Requires the claims and the type of an access token (RFC 9068).
    strict: true,
  }),
)
app.get('/orders', requiredScopes('items:read'), (request, response) => {
  response.json({ owner: request.auth?.payload.sub })
})
app.listen(3000, '127.0.0.1')
