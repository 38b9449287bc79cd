/** A storage that other clients write too. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type TokenStorage } from '../../src/client/index.ts'
import { createMutex } from '../../src/client/mutex.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { recordCalls } from './record-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const admin = { username: 'admin', password: 'administrator123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const me = async (client: ReturnType<typeof createClient>) =>
  (await client.GET('/users/me')).data.username

/** Text that tabs share, like `localStorage`, with a shared lock like Web Locks. Each tab has its own storage object. */
function sharedText() {
  const shared = { text: 'null' }
  const withLock = createMutex()
  const storage = (): TokenStorage => ({
    async read() {
      const { text } = shared
      await wait(20)
      return JSON.parse(text)
    },
    async write(tokens) {
      await wait(20)
      shared.text = JSON.stringify(tokens ?? null)
    },
    withLock,
  })
  const tab = (send: (request: Request) => Promise<Response> = fetch) =>
    createClient({ baseUrl: server.url, storage: storage(), fetch: (request) => send(request) })
  const makeDue = () => {
    shared.text = JSON.stringify({ ...JSON.parse(shared.text), renewAt: 0 })
  }
  return { shared, tab, makeDue }
}

describe('garbage in the storage', () => {
  const tokens = { login: 'one', accessToken: 'secret', refreshToken: 'secret', renewAt: 0 }

  it.each([
    'secret',
    '"secret"',
    '{}',
    '[]',
    '5',
    JSON.stringify({ ...tokens, login: 5 }),
    JSON.stringify({ ...tokens, accessToken: 'secret\n' }),
    JSON.stringify({ ...tokens, refreshToken: '' }),
    JSON.stringify({ ...tokens, renewAt: 'soon' }),
  ])('is no session: %s', async (garbage) => {
    const { shared, tab } = sharedText()
    shared.text = garbage
    const client = tab()
    const seen = await recordCalls(async () => {
      const failure: unknown = await me(client).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(LoginRequired)
      expect(failure).toMatchObject({ message: 'Log in first' })
      expect(failure).not.toHaveProperty('cause')
    })
    expect(seen).toEqual([])
    await client.logOut()
    expect(shared.text).toBe('null')
    shared.text = garbage
    await client.logIn(johndoe)
    expect(await me(client)).toBe('johndoe')
  })
})

describe('two tabs', () => {
  it('share the session and its logout', async () => {
    const { tab } = sharedText()
    const [one, two] = [tab(), tab()]
    await one.logIn(johndoe)
    expect(await me(two)).toBe('johndoe')
    await two.logOut()
    await expect(me(one)).rejects.toThrow(LoginRequired)
  })

  it('are both logged out by one while the other refreshes', async () => {
    const { shared, tab, makeDue } = sharedText()
    const one = tab(async (request) => {
      if (request.url.endsWith('/revoke')) throw new TypeError('fetch failed')
      return fetch(request)
    })
    let logout: Promise<unknown> = Promise.resolve()
    const two = tab(async (request) => {
      const body = await request.clone().text()
      const response = await fetch(request)
      if (body.includes('refresh_token')) logout = one.logOut().catch(() => {})
      return response
    })
    await one.logIn(johndoe)
    makeDue()
    await me(two).catch(() => {})
    await logout
    expect(shared.text).toBe('null')
    await expect(me(two)).rejects.toThrow(LoginRequired)
  })

  it('are both logged in by one while the other logs out', async () => {
    const { tab } = sharedText()
    const [one, two] = [tab(), tab()]
    await one.logIn(johndoe)
    let logout: Promise<unknown> = Promise.resolve()
    const three = tab(async (request) => {
      const response = await fetch(request)
      logout = one.logOut()
      await wait(10)
      return response
    })
    await three.logIn(admin)
    await logout
    expect(await me(two)).toBe('admin')
  })

  it('continue with the tokens of one if the refresh of the other is rejected', async () => {
    const { shared, tab, makeDue } = sharedText()
    const one = tab()
    await one.logIn(johndoe)
    const next = JSON.stringify({ ...JSON.parse(shared.text), renewAt: Number.MAX_SAFE_INTEGER })
    const late = createClient({
      baseUrl: server.url,
      storage: {
        read: () => JSON.parse(shared.text),
        write: (tokens) => {
          shared.text = JSON.stringify(tokens ?? null)
        },
      },
      fetch: async (request) => {
        const isRefresh = (await request.clone().text()).includes('refresh_token')
        if (!isRefresh) return fetch(request)
        shared.text = next
        return Response.json({ error: 'invalid_grant', error_description: 'Used' }, { status: 400 })
      },
    })
    makeDue()
    shared.text = JSON.stringify({ ...JSON.parse(shared.text), accessToken: 'worn.out' })
    expect(await me(late)).toBe('johndoe')
    expect(shared.text).toBe(next)
  })

  it('keep the tokens that one refreshed twice while the other waited for its response', async () => {
    const { shared, tab, makeDue } = sharedText()
    const one = tab()
    let newest = ''
    const late = tab(async (request) => {
      const body = await request.clone().text()
      const response = await fetch(request)
      if (!body.includes('refresh_token') || newest) return response
      await me(one)
      makeDue()
      await me(one)
      newest = shared.text
      return response
    })
    await one.logIn(johndoe)
    makeDue()
    expect(await me(late)).toBe('johndoe')
    expect(shared.text).toBe(newest)
    server.advance(31 * 60_000)
    expect(await me(late)).toBe('johndoe')
  })
})
