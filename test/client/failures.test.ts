import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createClient,
  OAuthFailure,
  ProblemFailure,
  type TesseraClient,
  TesseraFailure,
  UnexpectedAnswer,
} from '../../src/client/index.ts'
import { addAccount, usualPassword } from '../harness/accounts.ts'
import { oneThreadServer, whileHashing } from '../harness/busy-pool.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { callsSeen } from './seen-calls.ts'

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

describe('a refused call', () => {
  it('is a ProblemFailure with its code, its status, and what the log calls it', async () => {
    const failure = await failureOf(tessera.POST('/users/me/items', { body: { item_id: 'Foo' } }))
    expect(failure).toBeInstanceOf(ProblemFailure)
    expect(failure).toBeInstanceOf(TesseraFailure)
    expect(failure).toMatchObject({
      name: 'ProblemFailure',
      message: 'There is an item Foo already',
      code: 'item_exists',
      status: 409,
      retryAfter: undefined,
      problem: { type: 'about:blank', title: 'Conflict' },
    })
    expect(server.log()).toContain(`"requestId":"${Reflect.get(Object(failure), 'requestId')}"`)
  })

  it('says each fault of an invalid request', async () => {
    const body = { item_id: '-', title: '' }
    const failure = await failureOf(tessera.POST('/users/me/items', { body }))
    expect(failure).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^The request is invalid; body\/item_id .*body\/title /),
    })
  })
})

describe('a refused login', () => {
  const wrong = { ...johndoe, password: 'wrong' }

  it('is an OAuthFailure with its error, and when to try again after too many', async () => {
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

  it('says when to try again where the server is busy, as a call does', async () => {
    const busy = await oneThreadServer()
    const client = createClient({ baseUrl: busy.url })
    await addAccount(busy, { username: 'ada', scopes: ['me:write'] })
    await client.logIn({ username: 'ada', password: usualPassword })
    const body = { current_password: usualPassword, new_password: 'a long new password' }
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

/** A client behind something that answers the n-th refresh in the server's place, or loses the answer. */
function behind(...answers: ((request: Request) => Promise<Response>)[]): TesseraClient {
  return createClient({
    baseUrl: server.url,
    fetch: async (request) => {
      const isRefresh = (await request.clone().text()).includes('grant_type=refresh_token')
      const answer = isRefresh ? answers.shift() : undefined
      return (answer ?? fetch)(request)
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
    { error: 'temporarily_unavailable', error_description: 'The store does not answer' },
    { status: 503, headers: { 'Retry-After': '7' } },
  )
const lost = async (request: Request) => {
  await fetch(request)
  return down()
}
const halfLost = async (request: Request) => {
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
    ['a gateway', [gateway, gateway], { name: 'UnexpectedAnswer', status: 502, retryAfter: 60 }],
  ])('by %s says so, and the session is kept', async (_by, answers, failure) => {
    const client = await expired(behind(...answers))
    expect(await failureOf(me(client))).toMatchObject(failure)
    expect(await me(client)).toBe('admin')
  })

  it.each([
    ['lost', lost],
    ['half lost', halfLost],
  ])('because its answer was %s is repeated at once, and the answer too', async (_how, answer) => {
    const client = await expired(behind(answer))
    const seen = await callsSeen(() => me(client))
    expect(seen).toEqual(['/users/me 401', '/token 200', '/token 200', '/users/me 200'])
    expect(await me(client)).toBe('admin')
  })

  it.each([
    ['the network', [down, down]],
    ['a busy server', [busy]],
    ['a gateway', [gateway, gateway]],
  ])('by %s fails no call while the access token is still good', async (_by, answers) => {
    const client = behind(...answers)
    await client.logIn({ username: 'admin', password: 'administrator123' })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 28 * 60_000 })
    const early = await callsSeen(async () => expect(await me(client)).toBe('admin'))
    const next = await callsSeen(async () => expect(await me(client)).toBe('admin'))
    vi.useRealTimers()
    expect(early).toEqual(['/users/me 200'])
    expect(next).toEqual(['/token 200', '/users/me 200'])
  })

  it('is not repeated where the server itself has said no', async () => {
    const client = await expired(behind(busy))
    const seen = await callsSeen(() => failureOf(me(client)))
    expect(seen).toEqual(['/users/me 401'])
  })
})

/** In seconds: a timer keeps its milliseconds in 31 bits, and one that is longer ends at once. */
const aTimersMost = 2_147_483

describe('an answer that is not the server’s', () => {
  const answered = (body: string, init?: ResponseInit) =>
    createClient({ baseUrl: server.url, fetch: async () => new Response(body, init) })

  it('is an UnexpectedAnswer, which quotes nothing', async () => {
    for (const client of [answered('<p>Log in to the hotel'), answered('<p>', { status: 511 })]) {
      const failure = await failureOf(client.GET('/healthz'))
      expect(failure).toBeInstanceOf(UnexpectedAnswer)
      expect(failure).toMatchObject({ code: 'unexpected_answer' })
      expect(String(failure)).not.toContain('<p>')
    }
  })

  it('begins no session', async () => {
    const client = answered('{"ok":true}')
    expect(await failureOf(client.logIn(johndoe))).toBeInstanceOf(UnexpectedAnswer)
    expect(await failureOf(client.GET('/users/me'))).toMatchObject({ code: 'login_required' })
  })

  const right = {
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
  ])('begins no session with the %s %j, and quotes nothing', async (name, value) => {
    const client = answered(JSON.stringify({ ...right, [name]: value }))
    const failure = await failureOf(client.logIn(johndoe))
    expect(failure).toBeInstanceOf(UnexpectedAnswer)
    expect(inspect(failure, { depth: null, showHidden: true })).not.toContain('secret')
    expect(await failureOf(client.GET('/users/me'))).toMatchObject({ code: 'login_required' })
  })

  it.each(['null', '[]', '"secret"', '5'])('begins no session with %s', async (body) => {
    expect(await failureOf(answered(body).logIn(johndoe))).toBeInstanceOf(UnexpectedAnswer)
  })

  it('begins a session without what may be absent, which storage keeps as JSON', async () => {
    let kept = ''
    const client = createClient({
      baseUrl: server.url,
      fetch: async () => Response.json({ access_token: 'secret', token_type: 'bearer' }),
      storage: {
        read: () => JSON.parse(kept),
        write: (tokens) => {
          kept = JSON.stringify(tokens)
        },
      },
    })
    expect(await client.logIn({ ...johndoe, scope: 'me:read' })).toEqual(['me:read'])
    const { data } = await client.GET('/users/me')
    expect(data).toMatchObject({ access_token: 'secret' })
  })

  it.each([['oops'], [{}], [[null]], [['oops']], [[{ detail: 5 }]]])(
    'says no faults where they are %j',
    async (errors) => {
      const body = JSON.stringify({ code: 'invalid_request', detail: 'No', errors })
      const failure = await failureOf(answered(body, { status: 400 }).GET('/healthz'))
      expect(failure).toBeInstanceOf(ProblemFailure)
      expect(failure).toMatchObject({ code: 'invalid_request', message: 'No' })
      expect(failure).not.toHaveProperty('problem.errors')
    },
  )

  it.each([200, 204])('is an UnexpectedAnswer where it is an empty %d', async (status) => {
    const client = createClient({
      baseUrl: server.url,
      fetch: async () => new Response(null, { status }),
    })
    expect(await failureOf(client.GET('/healthz'))).toBeInstanceOf(UnexpectedAnswer)
    expect(await client.POST('/revoke', { body: { token: 'x' } })).toMatchObject({
      data: undefined,
    })
  })

  it.each(['null', '5', '"text"', 'true'])(
    'is an UnexpectedAnswer where it is %s',
    async (body) => {
      expect(await failureOf(answered(body).GET('/healthz'))).toBeInstanceOf(UnexpectedAnswer)
    },
  )

  it.each([
    ['120', 120],
    ['2147483', aTimersMost],
    ['2147484', aTimersMost],
    ['9'.repeat(400), aTimersMost],
    ['Fri, 31 Dec 9999 23:59:59 GMT', aTimersMost],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['soon', undefined],
  ])('asks for no longer patience than a timer has: %s', async (after, retryAfter) => {
    const client = answered('', { status: 503, headers: { 'Retry-After': after } })
    expect(await failureOf(client.GET('/healthz'))).toMatchObject({ retryAfter })
  })

  it('is not followed to where it redirects', async () => {
    let sent = 0
    const client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        sent += 1
        expect(request.redirect).toBe('error')
        return Response.redirect('http://127.0.0.1/elsewhere', 307)
      },
    })
    expect(await failureOf(client.logIn(johndoe))).toBeInstanceOf(UnexpectedAnswer)
    expect(sent).toBe(1)
  })
})
