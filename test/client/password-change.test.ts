/** A password change ends the session of the client: the client continues with the tokens in the response. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  createClient,
  LoginRequired,
  ProblemFailure,
  type TesseraClient,
  type Tokens,
  UnexpectedResponse,
} from '../../src/client/index.ts'
import { createMutex } from '../../src/client/mutex.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { countCalls, recordCalls } from './record-calls.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const body = { current_password: defaultPassword, new_password: 'a password that is long enough' }
const change = (client: TesseraClient) => client.PUT('/users/me/password', { body })
const me = async (client: TesseraClient) => (await client.GET('/users/me')).data.username

let credentials: { readonly username: string; readonly password: string }
let count = 0
/** A tab: `during` runs when the server has changed the password, before the client has the response. */
let tab: (
  during?: (response: Response) => Promise<Response> | Response | Promise<void>,
) => TesseraClient
let stored: Tokens | undefined
/** The calls whose token was rejected. */
let rejected: number

beforeEach(async () => {
  credentials = { username: `changing-${count++}`, password: defaultPassword }
  await addAccount(server, { ...credentials, scopes: ['me:read', 'me:write'] })
  stored = undefined
  rejected = 0
  const storage = {
    read: () => stored,
    write: (tokens: Tokens | undefined) => {
      stored = tokens
    },
    withLock: createMutex(),
    withRefreshLock: createMutex(),
  }
  tab = (during) =>
    createClient({
      baseUrl: server.url,
      storage,
      fetch: async (request) => {
        const response = await fetch(request)
        if (response.status === 401) rejected += 1
        if (!during || !request.url.endsWith('/password')) return response
        return (await during(response)) ?? response
      },
    })
})

describe('after a password change a client', () => {
  it('continues with the new tokens, and refreshes them', async () => {
    const client = createClient({ baseUrl: server.url })
    await client.logIn(credentials)
    const { data, response } = await change(client)
    expect(response.status).toBe(200)
    expect(data).toMatchObject({ token_type: 'bearer', scope: 'me:read me:write' })
    const seen = await recordCalls(() => me(client))
    expect(seen).toEqual(['/users/me 200'])
    server.advance(31 * 60_000)
    expect(await me(client)).toBe(credentials.username)
  })

  it('continues with its old tokens if the change was rejected', async () => {
    const client = tab()
    await client.logIn(credentials)
    const wrong = { ...body, current_password: 'wrong' }
    await expect(client.PUT('/users/me/password', { body: wrong })).rejects.toThrow(ProblemFailure)
    expect(await me(client)).toBe(credentials.username)
  })

  it('and the other tabs lose no call whose token is rejected before the response arrives', async () => {
    const calls: Promise<string>[] = []
    const one: TesseraClient = tab(async () => {
      for (const client of [one, two, one, two]) calls.push(me(client))
      await expect.poll(() => rejected, { interval: 5 }).toBe(4)
    })
    const two = tab()
    await one.logIn(credentials)
    const seen = await recordCalls(async () => {
      await change(one)
      expect(await Promise.all(calls)).toEqual(calls.map(() => credentials.username))
    })
    expect(countCalls(seen)).toEqual({
      '/users/me 401': 4,
      '/users/me/password 200': 1,
      '/users/me 200': 4,
    })
  })

  it('can abort the change while it waits for a refresh that hangs', async () => {
    const abort = new AbortController()
    const refreshing = Promise.withResolvers<void>()
    const client = createClient({
      baseUrl: server.url,
      storage: {
        read: () => stored,
        write: (tokens) => {
          stored = tokens
        },
      },
      fetch: async (request) => {
        if (!(await request.clone().text()).includes('grant_type=refresh_token'))
          return fetch(request)
        refreshing.resolve()
        return new Promise<never>(() => {})
      },
    })
    await client.logIn(credentials)
    const current = stored
    // Otherwise the lock of the refresh is released after 30 seconds.
    vi.useFakeTimers({ toFake: ['setTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    stored = current && { ...current, renewAt: 0 }
    void me(client)
    await refreshing.promise
    stored = current
    const changing = client.PUT('/users/me/password', { body, signal: abort.signal })
    setImmediate(() => abort.abort(new Error('enough')))
    await expect(changing).rejects.toThrow('enough')
  })

  it('stays logged out if it logged out meanwhile: the new session is ended, too', async () => {
    const client: TesseraClient = tab(() => client.logOut())
    await client.logIn(credentials)
    const { data } = await change(client)
    expect(stored).toBeUndefined()
    await expect(me(client)).rejects.toThrow(LoginRequired)
    expect((await server.get('/users/me', data.access_token)).status).toBe(401)
  })

  it('rejects if the response has no tokens, and needs a new login', async () => {
    const client = tab(() => Response.json({ ok: true }))
    await client.logIn(credentials)
    await expect(change(client)).rejects.toThrow(UnexpectedResponse)
    await expect(me(client)).rejects.toThrow(LoginRequired)
  })
})
