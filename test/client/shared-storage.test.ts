/** What is found in a storage that others write too. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type TokenStorage } from '../../src/client/index.ts'
import { oneAtATime } from '../../src/client/one-at-a-time.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { callsSeen } from './seen-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const admin = { username: 'admin', password: 'administrator123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const me = async (client: ReturnType<typeof createClient>) =>
  (await client.GET('/users/me')).data.username

/** Text that tabs share, as `localStorage` is, with the lock that Web Locks are. Each tab has a storage of its own on it. */
function sharedText() {
  const shared = { text: 'null' }
  const alone = oneAtATime()
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
    alone,
  })
  const tab = (send: (request: Request) => Promise<Response> = fetch) =>
    createClient({ baseUrl: server.url, storage: storage(), fetch: (request) => send(request) })
  const wearOut = () => {
    shared.text = JSON.stringify({ ...JSON.parse(shared.text), renewAt: 0 })
  }
  return { shared, tab, wearOut }
}

describe('garbage in the storage', () => {
  const kept = { login: 'one', accessToken: 'secret', refreshToken: 'secret', renewAt: 0 }

  it.each([
    'secret',
    '"secret"',
    '{}',
    '[]',
    '5',
    JSON.stringify({ ...kept, login: 5 }),
    JSON.stringify({ ...kept, accessToken: 'secret\n' }),
    JSON.stringify({ ...kept, refreshToken: '' }),
    JSON.stringify({ ...kept, renewAt: 'soon' }),
  ])('is no session: %s', async (garbage) => {
    const { shared, tab } = sharedText()
    shared.text = garbage
    const client = tab()
    const seen = await callsSeen(async () => {
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
  it('share the session, and its end', async () => {
    const { tab } = sharedText()
    const [one, two] = [tab(), tab()]
    await one.logIn(johndoe)
    expect(await me(two)).toBe('johndoe')
    await two.logOut()
    await expect(me(one)).rejects.toThrow(LoginRequired)
  })

  it('are logged out by one while the other refreshes', async () => {
    const { shared, tab, wearOut } = sharedText()
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
    wearOut()
    await me(two).catch(() => {})
    await logout
    expect(shared.text).toBe('null')
    await expect(me(two)).rejects.toThrow(LoginRequired)
  })

  it('are logged in by one while the other logs out', async () => {
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

  it('go on with what one has refreshed where the other is refused', async () => {
    const { shared, tab, wearOut } = sharedText()
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
    wearOut()
    shared.text = JSON.stringify({ ...JSON.parse(shared.text), accessToken: 'worn.out' })
    expect(await me(late)).toBe('johndoe')
    expect(shared.text).toBe(next)
  })

  it('keep what one has refreshed twice while the other waited to be answered', async () => {
    const { shared, tab, wearOut } = sharedText()
    const one = tab()
    let newest = ''
    const late = tab(async (request) => {
      const body = await request.clone().text()
      const response = await fetch(request)
      if (!body.includes('refresh_token') || newest) return response
      await me(one)
      wearOut()
      await me(one)
      newest = shared.text
      return response
    })
    await one.logIn(johndoe)
    wearOut()
    expect(await me(late)).toBe('johndoe')
    expect(shared.text).toBe(newest)
    server.advance(31 * 60_000)
    expect(await me(late)).toBe('johndoe')
  })
})
