import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createClient,
  LoginRequired,
  OAuthFailure,
  type TesseraClient,
  type TokenStorage,
  type Tokens,
} from '../../src/client/index.ts'
import { addAccount, defaultPassword, disableAccount } from '../harness/accounts.ts'
import { refresh, tokens } from '../harness/refreshing.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { countCalls, recordCalls } from './record-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const admin = { username: 'admin', password: 'administrator123' }
const minute = 60_000

let server: TestServer
let tessera: TesseraClient
beforeAll(async () => {
  server = await testServer({ settings: { REFRESH_GRACE_SECONDS: '0' } })
})
beforeEach(() => {
  tessera = createClient({ baseUrl: server.url })
})
afterAll(() => server.stop())

const me = async (client = tessera) => (await client.GET('/users/me')).data.username
const many = (count: number, work: () => Promise<unknown>) =>
  Promise.all(Array.from({ length: count }, work))

/** A storage with visible contents. */
function visibleStorage(): TokenStorage & { stored: Tokens | undefined } {
  return {
    stored: undefined,
    // Asynchronous, as a storage may be.
    async read() {
      await wait(1)
      return this.stored
    },
    async write(tokens) {
      await wait(1)
      this.stored = tokens
    },
  }
}

describe('a session', () => {
  it('starts with a login, and makes the calls of the contract', async () => {
    expect(await tessera.logIn(johndoe)).toEqual([
      'me:read',
      'me:write',
      'items:read',
      'items:write',
    ])
    expect(await me()).toBe('johndoe')
    const { data: item, response } = await tessera.POST('/users/me/items', {
      body: { item_id: 'Bear', title: 'A bär' },
    })
    const etag = response.headers.get('ETag') ?? ''
    const path = { item_id: item.item_id }
    const changed = await tessera.PATCH('/users/me/items/{item_id}', {
      params: { path, header: { 'If-Match': etag } },
      body: { title: null },
    })
    expect(changed.data).not.toHaveProperty('title')
    const page = await tessera.GET('/users/me/items', { params: { query: { limit: 1 } } })
    expect(page.data).toHaveLength(1)
    expect(page.response.headers.get('Link')).toContain('rel="next"')
    const tag = changed.response.headers.get('ETag') ?? ''
    const header = { 'If-None-Match': tag }
    await expect(
      tessera.GET('/users/me/items/{item_id}', { params: { path, header } }),
    ).rejects.toMatchObject({ name: 'NotModified', code: 'not_modified', status: 304 })
    const gone = await tessera.DELETE('/users/me/items/{item_id}', { params: { path } })
    expect(gone).toMatchObject({ data: undefined, response: { status: 204 } })
  })

  it('has the requested scopes', async () => {
    expect(await tessera.logIn({ ...johndoe, scope: 'me:read' })).toEqual(['me:read'])
    await expect(tessera.GET('/users/me/items')).rejects.toMatchObject({
      status: 403,
      code: 'insufficient_scope',
    })
  })

  it('is required only for calls that need a token', async () => {
    const seen = await recordCalls(async () => {
      await expect(me()).rejects.toThrow(LoginRequired)
      expect((await tessera.GET('/healthz')).data).toEqual({ status: 'alive' })
      expect((await tessera.GET('/.well-known/jwks.json')).data.keys).toHaveLength(1)
    })
    expect(seen).toEqual(['/healthz 200', '/.well-known/jwks.json 200'])
  })

  it('ends with a new login; calls of the first session do not continue in the second', async () => {
    const client: TesseraClient = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        const response = await fetch(request)
        if (response.status === 401) await client.logIn(admin)
        return response
      },
    })
    await client.logIn(johndoe)
    server.advance(31 * minute)
    await expect(me(client)).rejects.toThrow(LoginRequired)
    expect(await me(client)).toBe('admin')
  })

  it('survives a rejected login', async () => {
    await tessera.logIn(johndoe)
    await expect(tessera.logIn({ ...admin, password: 'wrong' })).rejects.toThrow(OAuthFailure)
    expect(await me()).toBe('johndoe')
  })
})

describe('a refresh', () => {
  it('is shared by fifty calls whose token was rejected; each is retried once', async () => {
    await tessera.logIn(johndoe)
    server.advance(31 * minute)
    const seen = await recordCalls(() => many(50, () => me()))
    expect(countCalls(seen)).toEqual({ '/users/me 401': 50, '/token 200': 1, '/users/me 200': 50 })
  })

  it('is shared by fifty calls before the token expires; none is rejected', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    await tessera.logIn(johndoe)
    vi.setSystemTime(Date.now() + 28 * minute)
    const seen = await recordCalls(() => many(50, () => me()))
    expect(countCalls(seen)).toEqual({ '/token 200': 1, '/users/me 200': 50 })
    vi.useRealTimers()
  })

  it('is shared by several clients of a storage, one after the other', async () => {
    const storage = visibleStorage()
    const clients = [1, 2, 3].map(() => createClient({ baseUrl: server.url, storage }))
    await clients[0]?.logIn(johndoe)
    server.advance(31 * minute)
    const seen = await recordCalls(async () => {
      for (const client of clients) await many(10, () => me(client))
    })
    expect(countCalls(seen)).toMatchObject({ '/token 200': 1, '/users/me 200': 30 })
  })

  it('retries a call once only', async () => {
    let sent = 0
    const refused = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        if (new URL(request.url).pathname === '/users/me') {
          sent += 1
          request.headers.set('Authorization', 'Bearer worthless')
        }
        return fetch(request)
      },
    })
    await refused.logIn(johndoe)
    await expect(me(refused)).rejects.toMatchObject({ status: 401, code: 'invalid_token' })
    expect(sent).toBe(2)
  })

  it('retries with the body', async () => {
    await tessera.logIn(johndoe)
    server.advance(31 * minute)
    const { data } = await tessera.POST('/users/me/items', { body: { item_id: 'Twice' } })
    expect(data).toMatchObject({ item_id: 'Twice', owner: 'johndoe' })
  })

  it('can be repeated', async () => {
    await tessera.logIn(johndoe)
    for (const _ of [1, 2, 3]) {
      server.advance(31 * minute)
      expect(await me()).toBe('johndoe')
    }
  })

  it.each([
    ['with a rejected token', Number.POSITIVE_INFINITY],
    ['with a token that is due', 0],
  ])('does not delay the abort of a call %s', async (_which, renewAt) => {
    const storage = visibleStorage()
    const abort = new AbortController()
    const silent = createClient({
      baseUrl: server.url,
      storage,
      fetch: async (request) => {
        const isRefresh = (await request.clone().text()).includes('grant_type=refresh_token')
        if (!isRefresh) return fetch(request)
        abort.abort(new Error('enough'))
        return new Promise<never>(() => {})
      },
    })
    await silent.logIn(johndoe)
    if (storage.stored) storage.stored = { ...storage.stored, renewAt }
    server.advance(31 * minute)
    const call = silent.GET('/users/me', { signal: abort.signal })
    await expect(call).rejects.toThrow('enough')
    await expect(silent.GET('/users/me', { signal: abort.signal })).rejects.toThrow('enough')
  })
})

describe('a session ends', () => {
  const ended = (code: string) =>
    expect.objectContaining({
      constructor: LoginRequired,
      code: 'login_required',
      status: undefined,
      cause: expect.objectContaining({ constructor: OAuthFailure, code, status: 400 }),
    })

  it('when its refresh token was used elsewhere, and so was the next; every waiting call rejects', async () => {
    const storage = visibleStorage()
    const client = createClient({ baseUrl: server.url, storage })
    await client.logIn(johndoe)
    const { refresh_token } = await tokens(refresh(server, storage.stored?.refreshToken ?? ''))
    await tokens(refresh(server, refresh_token))
    server.advance(31 * minute)
    const calls = await Promise.allSettled([me(client), me(client), me(client)])
    expect(calls.map((call) => call.status === 'rejected' && call.reason)).toEqual(
      Array.from(calls, () => ended('invalid_grant')),
    )
    expect(storage.stored).toBeUndefined()
    const seen = await recordCalls(() => me(client).catch(() => {}))
    expect(seen).toEqual([])
  })

  it('when it was not used for two weeks', async () => {
    await tessera.logIn(johndoe)
    server.advance(15 * 24 * 60 * minute)
    await expect(me()).rejects.toEqual(ended('invalid_grant'))
  })

  it('when all sessions of the account are ended', async () => {
    await tessera.logIn(johndoe)
    await tessera.DELETE('/users/me/sessions')
    const failure: unknown = await me().catch((error: unknown) => error)
    expect(failure).toEqual(ended('invalid_grant'))
    expect(failure).toMatchObject({ message: 'The session has ended' })
  })

  it('when the account is disabled; until then, each call says so', async () => {
    const alice = { username: 'alicia', password: defaultPassword }
    await addAccount(server, alice)
    await tessera.logIn(alice)
    await disableAccount(server, 'alicia')
    await expect(me()).rejects.toMatchObject({ status: 400, code: 'inactive_user' })
    server.advance(31 * minute)
    await expect(me()).rejects.toEqual(ended('invalid_grant'))
    await expect(tessera.logIn(alice)).rejects.toMatchObject({
      code: 'invalid_grant',
      message: 'Inactive user',
    })
  })

  it('with its access token if there is no refresh token, and not before', async () => {
    const storage = visibleStorage()
    const client = createClient({ baseUrl: server.url, storage })
    await client.logIn(johndoe)
    if (storage.stored) storage.stored = { ...storage.stored, refreshToken: undefined, renewAt: 0 }
    expect(await me(client)).toBe('johndoe')
    server.advance(31 * minute)
    await expect(me(client)).rejects.toThrow('The session has ended: the access token has expired')
    expect(storage.stored).toBeUndefined()
  })
})

describe('a logout', () => {
  const introspected = async (token = '') => {
    const client = createClient({
      baseUrl: server.url,
      clientId: 'demo-service',
      clientSecret: 'demo-service-secret',
    })
    return (await client.POST('/introspect', { body: { token } })).data.active
  }

  it('ends the session on the server, and later calls fail', async () => {
    const storage = visibleStorage()
    const client = createClient({ baseUrl: server.url, storage })
    await client.logIn(johndoe)
    const { accessToken, refreshToken } = storage.stored ?? {}
    expect(await introspected(accessToken)).toBe(true)
    await client.logOut()
    expect(await introspected(accessToken)).toBe(false)
    expect(await introspected(refreshToken)).toBe(false)
    const seen = await recordCalls(async () => {
      await expect(me(client)).rejects.toThrow(LoginRequired)
      await client.logOut()
    })
    expect(seen).toEqual([])
  })

  it('deletes the tokens even if the network fails, and rejects', async () => {
    const storage = visibleStorage()
    const client = createClient({
      baseUrl: server.url,
      storage,
      fetch: (request) =>
        request.url.endsWith('/revoke')
          ? Promise.reject(new TypeError('fetch failed'))
          : fetch(request),
    })
    await client.logIn(johndoe)
    await expect(client.logOut()).rejects.toThrow('fetch failed')
    expect(storage.stored).toBeUndefined()
    await expect(me(client)).rejects.toThrow(LoginRequired)
  })

  it('is final: a refresh in progress does not restore the session', async () => {
    const storage = visibleStorage()
    const client: TesseraClient = createClient({
      baseUrl: server.url,
      storage,
      fetch: async (request) => {
        const isRefresh = (await request.clone().text()).includes('grant_type=refresh_token')
        const response = await fetch(request)
        if (isRefresh) await client.logOut()
        return response
      },
    })
    await client.logIn(johndoe)
    const { refreshToken } = storage.stored ?? {}
    server.advance(31 * minute)
    await expect(me(client)).rejects.toThrow('The session has ended')
    expect(storage.stored).toBeUndefined()
    expect(await introspected(refreshToken)).toBe(false)
  })
})
