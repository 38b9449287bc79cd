import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient } from '../../src/client/index.ts'
import { digest } from '../../src/keys/secrets.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const odd = { clientId: 'a:b%c+d é', clientSecret: 'p: %+é&=ü' }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
  const client = { grants: ['password'], scopes: undefined, disabled: false, createdAt: 0 } as const
  const { clients } = server.services.store
  await clients.add({
    ...client,
    clientId: odd.clientId,
    secretHash: digest(odd.clientSecret),
    mayIntrospect: true,
  })
  await clients.add({
    ...client,
    clientId: 'public-app',
    secretHash: undefined,
    mayIntrospect: false,
  })
})
afterAll(() => server.stop())

interface Sent {
  readonly headers: Headers
  readonly body: string
}

/** The request of a login, and the client_id of its token. */
async function login(options: { clientId?: string; clientSecret?: string }) {
  const sent: Sent[] = []
  let token = ''
  const client = createClient({
    ...options,
    baseUrl: server.url,
    storage: {
      read: () => undefined,
      write: (tokens) => {
        token = tokens?.accessToken ?? ''
      },
    },
    fetch: async (request) => {
      const { headers } = request
      sent.push({ headers, body: await request.clone().text() })
      return fetch(request)
    },
  })
  await client.logIn({ username: 'johndoe', password: 'secret123' })
  const [, payload = ''] = token.split('.')
  const { client_id } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return { headers: sent[0]?.headers, body: sent[0]?.body, client_id }
}

const fields = 'grant_type=password&username=johndoe&password=secret123'

describe('a form', () => {
  it('comes from the server’s first-party client by default', async () => {
    const { headers, body, client_id } = await login({})
    expect(body).toBe(fields)
    expect(headers?.get('Content-Type')).toBe('application/x-www-form-urlencoded')
    expect(headers?.has('Authorization')).toBe(false)
    expect(client_id).toBe('tessera')
  })

  it('has the client_id of a public client', async () => {
    const { headers, body, client_id } = await login({ clientId: 'public-app' })
    expect(body).toBe(`client_id=public-app&${fields}`)
    expect(headers?.has('Authorization')).toBe(false)
    expect(client_id).toBe('public-app')
  })

  it('uses HTTP Basic for a confidential client, with both values form-encoded', async () => {
    const { headers, body, client_id } = await login(odd)
    expect(body).toBe(fields)
    expect(atob(headers?.get('Authorization')?.slice('Basic '.length) ?? '')).toBe(
      'a%3Ab%25c%2Bd+%C3%A9:p%3A+%25%2B%C3%A9%26%3D%C3%BC',
    )
    expect(client_id).toBe(odd.clientId)
  })

  it('omits undefined fields and encodes the others', async () => {
    const bodies: string[] = []
    const client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        bodies.push(await request.clone().text())
        return fetch(request)
      },
    })
    const credentials = { username: 'j&o=h n', password: 'é+%ü', scope: undefined }
    await expect(client.logIn(JSON.parse(JSON.stringify(credentials)))).rejects.toThrow()
    await expect(client.logIn(Object.assign(credentials))).rejects.toThrow()
    const form = 'grant_type=password&username=j%26o%3Dh+n&password=%C3%A9%2B%25%C3%BC'
    expect(bodies).toEqual([form, form])
  })

  it('replaces a lone surrogate, as URLSearchParams does', async () => {
    const bodies: string[] = []
    const client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        bodies.push(await request.clone().text())
        return fetch(request)
      },
    })
    const credentials = { username: 'johndoe', password: '\ud83d-\ud83d\ude00-\ude00' }
    await expect(client.logIn(credentials)).rejects.toThrow('Incorrect username or password')
    const form = new URLSearchParams({ grant_type: 'password', ...credentials })
    expect(bodies).toEqual([form.toString()])
  })

  it('introspects a token as the client', async () => {
    const client = createClient({ ...odd, baseUrl: server.url })
    const { data } = await client.POST('/introspect', { body: { token: await server.token() } })
    expect(data).toMatchObject({ active: true, username: 'johndoe' })
    const { data: token } = await client.POST('/token', {
      body: { username: 'johndoe', password: 'secret123' },
    })
    expect(token).toMatchObject({ token_type: 'bearer' })
  })
})
