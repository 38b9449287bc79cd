import express from 'express'

const app = express()
app.get('/orders', async (request, response) => {
  const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const { active, token_type, scope, sub } = token ? await introspect(token) : {}
  // Only access tokens have a token_type.
  if (!active || !token_type) {
    response.status(401).set('WWW-Authenticate', 'Bearer').end()
  } else if (!scope?.split(' ').includes('items:read')) {
    response.status(403).end()
  } else {
    response.json({ owner: sub })
  }
})
app.listen(3000, '127.0.0.1')

interface Introspection {
  active?: boolean
  token_type?: string
  scope?: string
  sub?: string
}

async function introspect(token: string): Promise<Introspection> {
  const response = await fetch('http://127.0.0.1:8000/introspect', {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa('demo-service:demo-service-secret')}` },
    body: new URLSearchParams({ token }),
  })
  if (!response.ok) throw new Error(`introspection: ${response.status}`)
  return (await response.json()) as Introspection
}
