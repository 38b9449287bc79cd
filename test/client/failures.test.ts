import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createClient,
  OAuthFailure,
  ProblemFailure,
  type TesseraClient,
  TesseraFailure,
  UnexpectedResponse,
} from '../../src/client/index.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { oneThreadServer, whileHashing } from '../harness/busy-pool.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { recordCalls } from './record-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const halfAnHour = 31 * 60_000

let server: TestServer
let tessera: TesseraClient
beforeAll(async () => {
  server = await testServer({ settings: { LOGIN_MAX_FAILURES: '2' } })
  tessera = createClient({ baseUrl: server.url })
  await tessera.logIn(johndoe)
})
afterAll(() => server.stop())

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'none',
    (error) => error,
  )

describe('a rejected call', () => {
  it('is a ProblemFailure with code, status and request id', async () => {
    const failure = await failureOf(tessera.POST('/users/me/items', { body: { item_id: 'Foo' } }))
    expect(failure).toBeInstanceOf(ProblemFailure)
    expect(failure).toBeInstanceOf(TesseraFailure)
    expect(failure).toMatchObject({
      name: 'ProblemFailure',
      message: 'Item Foo already exists',
      code: 'item_exists',
      status: 409,
      retryAfter: undefined,
      problem: { type: '/problems#item_exists', title: 'Conflict' },
    })
    expect(server.log()).toContain(`"requestId":"${Reflect.get(Object(failure), 'requestId')}"`)
  })

  it('lists every fault of an invalid request', async () => {
    const body = { item_id: '-', title: '' }
    const failure = await failureOf(tessera.POST('/users/me/items', { body }))
    expect(failure).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^The request is invalid; body\/item_id .*body\/title /),
    })
  })
})

describe('a rejected login', () => {
  const wrong = { ...johndoe, password: 'wrong' }

  it('is an OAuthFailure with its error; after too many, with retryAfter', async () => {
    const refused = await failureOf(tessera.logIn(wrong))
    expect(refused).toBeInstanceOf(OAuthFailure)
    expect(refused).toMatchObject({
      name: 'OAuthFailure',
      message: 'Incorrect username or password',
      code: 'invalid_grant',
      status: 401,
    })
    await failureOf(tessera.logIn({ ...johndoe, password: 'wrong too' }))
    expect(await failureOf(tessera.logIn(johndoe))).toMatchObject({
      code: 'temporarily_unavailable',
      status: 429,
      retryAfter: expect.toSatisfy((seconds) => seconds > 0 && seconds <= 900),
    })
  })

  it('has retryAfter if the server is busy, as a call does', async () => {
    const busy = await oneThreadServer()
    const client = createClient({ baseUrl: busy.url })
    await addAccount(busy, { username: 'ada', scopes: ['me:write'] })
    await client.logIn({ username: 'ada', password: defaultPassword })
    const body = { current_password: defaultPassword, new_password: 'a long new password' }
    await whileHashing(busy, async () => {
      const login = await failureOf(client.logIn(johndoe))
      const call = await failureOf(client.PUT('/users/me/password', { body }))
      expect([login, call]).toMatchObject([
        { name: 'OAuthFailure', status: 503, code: 'temporarily_unavailable', retryAfter: 1 },
        { name: 'ProblemFailure', status: 503, code: 'temporarily_unavailable', retryAfter: 1 },
      ])
    })
    await busy.stop()
  })
})

/** A client behind a proxy that responds to the n-th refresh itself, or loses the response. */
function behind(...responses: ((request: Request) => Promise<Response>)[]): TesseraClient {
  return createClient({
    baseUrl: server.url,
    fetch: async (request) => {
      const isRefresh = (await request.clone().text()).includes('grant_type=refresh_token')
      const respond = isRefresh ? responses.shift() : undefined
      return (respond ?? fetch)(request)
    },
  })
}

const gateway = async () =>
  new Response('<h1>Bad Gateway</h1>', {
    status: 502,
    headers: { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() },
  })
const down = () => Promise.reject(new TypeError('fetch failed'))
const busy = async () =>
  Response.json(
    { error: 'temporarily_unavailable', error_description: 'The database is unavailable' },
    { status: 503, headers: { 'Retry-After': '7' } },
  )
const loseResponse = async (request: Request) => {
  await fetch(request)
  return down()
}
const truncateResponse = async (request: Request) => {
  const whole = await (await fetch(request)).text()
  return new Response(whole.slice(0, whole.length / 2))
}

describe('a refresh that fails', () => {
  const expired = async (client: TesseraClient) => {
    await client.logIn({ username: 'admin', password: 'administrator123' })
    server.advance(halfAnHour)
    return client
  }
  const me = async (client: TesseraClient) => (await client.GET('/users/me')).data.username

  it.each([
    ['the network', [down, down], { name: 'TypeError', message: 'fetch failed' }],
    ['a busy server', [busy], { name: 'OAuthFailure', status: 503, retryAfter: 7 }],
    ['a gateway', [gateway, gateway], { name: 'UnexpectedResponse', status: 502, retryAfter: 60 }],
  ])('because of %s throws that error and keeps the session', async (_why, responses, failure) => {
    const client = await expired(behind(...responses))
    expect(await failureOf(me(client))).toMatchObject(failure)
    expect(await me(client)).toBe('admin')
  })

  it.each([
    ['lost', loseResponse],
    ['truncated', truncateResponse],
  ])('because its response was %s is retried at once', async (_how, respond) => {
    const client = await expired(behind(respond))
    const seen = await recordCalls(() => me(client))
    expect(seen).toEqual(['/users/me 401', '/token 200', '/token 200', '/users/me 200'])
    expect(await me(client)).toBe('admin')
  })

  it.each([
    ['the network', [down, down]],
    ['a busy server', [busy]],
    ['a gateway', [gateway, gateway]],
  ])('because of %s fails no call while the access token is valid', async (_why, responses) => {
    const client = behind(...responses)
    await client.logIn({ username: 'admin', password: 'administrator123' })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 28 * 60_000 })
    const early = await recordCalls(async () => expect(await me(client)).toBe('admin'))
    const next = await recordCalls(async () => expect(await me(client)).toBe('admin'))
    vi.useRealTimers()
    expect(early).toEqual(['/users/me 200'])
    expect(next).toEqual(['/token 200', '/users/me 200'])
  })

  it('is not retried after an OAuth error', async () => {
    const client = await expired(behind(busy))
    const seen = await recordCalls(() => failureOf(me(client)))
    expect(seen).toEqual(['/users/me 401'])
  })
})

/** A longer timer fires at once: its milliseconds are a 32-bit signed integer. */
const maxTimerSeconds = 2_147_483

describe('a response that is not the server’s', () => {
  const respondWith = (body: string, init?: ResponseInit) =>
    createClient({ baseUrl: server.url, fetch: async () => new Response(body, init) })

  it('is an UnexpectedResponse, which does not quote it', async () => {
    for (const client of [
      respondWith('<p>Log in to the hotel'),
      respondWith('<p>', { status: 511 }),
    ]) {
      const failure = await failureOf(client.GET('/healthz'))
      expect(failure).toBeInstanceOf(UnexpectedResponse)
      expect(failure).toMatchObject({ code: 'unexpected_response' })
      expect(String(failure)).not.toContain('<p>')
    }
  })

  it('starts no session', async () => {
    const client = respondWith('{"ok":true}')
    expect(await failureOf(client.logIn(johndoe))).toBeInstanceOf(UnexpectedResponse)
    expect(await failureOf(client.GET('/users/me'))).toMatchObject({ code: 'login_required' })
  })

  const valid = {
    access_token: 'secret',
    token_type: 'Bearer',
    expires_in: 1800,
    scope: 'me:read',
    refresh_token: 'secret2',
  }

  it.each([
    ['access_token', 'secret\nx'],
    ['access_token', 'secret\u20ac'],
    ['access_token', ''],
    ['access_token', undefined],
    ['token_type', 'mac'],
    ['token_type', ['bearer']],
    ['expires_in', '1800'],
    ['expires_in', 0],
    ['scope', 5],
    ['refresh_token', 5],
    ['refresh_token', ''],
    ['refresh_token', 'secret\u0000'],
  ])('starts no session with the %s %j, and does not quote it', async (name, value) => {
    const client = respondWith(JSON.stringify({ ...valid, [name]: value }))
    const failure = await failureOf(client.logIn(johndoe))
    expect(failure).toBeInstanceOf(UnexpectedResponse)
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain('secret')
    expect(await failureOf(client.GET('/users/me'))).toMatchObject({ code: 'login_required' })
  })

  it.each(['null', '[]', '"secret"', '5'])('starts no session with %s', async (body) => {
    expect(await failureOf(respondWith(body).logIn(johndoe))).toBeInstanceOf(UnexpectedResponse)
  })

  it('starts a session without the optional fields, stored as JSON', async () => {
    let stored = ''
    const client = createClient({
      baseUrl: server.url,
      fetch: async () => Response.json({ access_token: 'secret', token_type: 'bearer' }),
      storage: {
        read: () => JSON.parse(stored),
        write: (tokens) => {
          stored = JSON.stringify(tokens)
        },
      },
    })
    expect(await client.logIn({ ...johndoe, scope: 'me:read' })).toEqual(['me:read'])
    const { data } = await client.GET('/users/me')
    expect(data).toMatchObject({ access_token: 'secret' })
  })

  it.each([['oops'], [{}], [[null]], [['oops']], [[{ detail: 5 }]]])(
    'has no errors if they are %j',
    async (errors) => {
      const body = JSON.stringify({ code: 'invalid_request', detail: 'No', errors })
      const failure = await failureOf(respondWith(body, { status: 400 }).GET('/healthz'))
      expect(failure).toBeInstanceOf(ProblemFailure)
      expect(failure).toMatchObject({ code: 'invalid_request', message: 'No' })
      expect(failure).not.toHaveProperty('problem.errors')
    },
  )

  it.each([200, 204])('is an UnexpectedResponse if it is an empty %d', async (status) => {
    const client = createClient({
      baseUrl: server.url,
      fetch: async () => new Response(null, { status }),
    })
    expect(await failureOf(client.GET('/healthz'))).toBeInstanceOf(UnexpectedResponse)
    expect(await client.POST('/revoke', { body: { token: 'x' } })).toMatchObject({
      data: undefined,
    })
  })

  it.each(['null', '5', '"text"', 'true'])(
    'is an UnexpectedResponse if its body is %s',
    async (body) => {
      expect(await failureOf(respondWith(body).GET('/healthz'))).toBeInstanceOf(UnexpectedResponse)
    },
  )

  it.each([
    ['120', 120],
    ['2147483', maxTimerSeconds],
    ['2147484', maxTimerSeconds],
    ['9'.repeat(400), maxTimerSeconds],
    ['Fri, 31 Dec 9999 23:59:59 GMT', maxTimerSeconds],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('limits retryAfter to the longest timer: %s', async (after, retryAfter) => {
    const client = respondWith('', { status: 503, headers: { 'Retry-After': after } })
    expect(await failureOf(client.GET('/healthz'))).toMatchObject({ retryAfter })
  })

  it('is not followed if it is a redirect', async () => {
    let sent = 0
    const client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        sent += 1
        expect(request.redirect).toBe('manual')
        const problem = { code: 'not_found', detail: 'Not found' }
        return Response.json(problem, { status: 307, headers: { Location: 'http://127.0.0.1/' } })
      },
    })
    expect(await failureOf(client.logIn(johndoe))).toBeInstanceOf(UnexpectedResponse)
    expect(sent).toBe(1)
  })
})
