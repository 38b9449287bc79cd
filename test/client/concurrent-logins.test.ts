import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type TesseraClient } from '../../src/client/index.ts'
import type { Tokens } from '../../src/client/token-storage.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { recordCalls } from './record-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const admin = { username: 'admin', password: 'administrator123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const isRefresh = async (request: Request) =>
  (await request.clone().text()).includes('grant_type=refresh_token')

describe('while the storage is being read', () => {
  let stored: Tokens | undefined
  let client: TesseraClient
  let refreshed: () => void
  /** Started by the next read, which then returns the earlier tokens. */
  let duringRead: (() => unknown) | undefined
  let pause: () => Promise<unknown>
  let isOffline: boolean

  beforeEach(async () => {
    stored = undefined
    duringRead = undefined
    refreshed = () => {}
    isOffline = false
    client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        if (isOffline && request.url.endsWith('/revoke')) throw new TypeError('fetch failed')
        const ofRefresh = await isRefresh(request)
        const response = await fetch(request)
        if (ofRefresh) refreshed()
        return response
      },
      storage: {
        read: () => {
          const [found, work] = [stored, duringRead]
          duringRead = undefined
          if (!work) return found
          work()
          return pause().then(() => found)
        },
        write: (tokens) => {
          stored = tokens
        },
      },
    })
    await client.logIn(johndoe)
  })

  const me = async () => (await client.GET('/users/me')).data.username

  /** The refresh of a call reads the storage as it was before `work`. */
  async function whileRefreshing(work: () => Promise<unknown>): Promise<void> {
    let done: Promise<unknown> = Promise.resolve()
    refreshed = () => {
      duringRead = () => {
        done = work()
      }
    }
    if (stored) stored = { ...stored, renewAt: 0 }
    await me().catch(() => {})
    await done
  }

  it.each([
    ['no time', () => Promise.resolve()],
    ['some time', () => wait(300)],
  ])(
    'a logout is final, even if the server is not reached and the read takes %s',
    async (_time, taken) => {
      pause = taken
      isOffline = true
      await whileRefreshing(() => expect(client.logOut()).rejects.toThrow('fetch failed'))
      expect(stored).toBeUndefined()
      await expect(me()).rejects.toThrow(LoginRequired)
    },
  )

  it('a login is not overwritten by the previous session', async () => {
    pause = () => wait(1000)
    await whileRefreshing(() => client.logIn(admin))
    expect(await me()).toBe('admin')
  })

  it('a login is not undone by an earlier logout', async () => {
    pause = () => wait(1000)
    let login: Promise<unknown> = Promise.resolve()
    duringRead = () => {
      login = client.logIn(admin)
    }
    await client.logOut()
    await login
    expect(await me()).toBe('admin')
  })
})

describe('a login whose response is late', () => {
  it('replaces a login that started later, and is not canceled by a logout', async () => {
    let release: () => void = () => {}
    const late = new Promise<void>((resolve) => {
      release = resolve
    })
    const client = createClient({
      baseUrl: server.url,
      fetch: async (request) => {
        const response = await fetch(request.clone())
        if ((await request.text()).includes('johndoe')) await late
        return response
      },
    })
    const first = client.logIn(johndoe)
    await client.logIn(admin)
    await client.logOut()
    release()
    await first
    expect((await client.GET('/users/me')).data.username).toBe('johndoe')
  })
})

describe('a storage that fails', () => {
  it('fails the call in progress, and no later one', async () => {
    let isFull = true
    const client = createClient({
      baseUrl: server.url,
      storage: {
        read: () => undefined,
        write: () => {
          if (isFull) throw new Error('full')
        },
      },
    })
    await expect(client.logIn(johndoe)).rejects.toThrow('full')
    isFull = false
    expect(await client.logIn(johndoe)).toContain('me:read')
  })

  describe('after a refresh', () => {
    const past = 31 * 60_000
    let stored: Tokens | undefined
    let isFull: boolean
    let client: TesseraClient

    const tab = () =>
      createClient({
        baseUrl: server.url,
        storage: {
          read: () => stored,
          write: (tokens) => {
            if (isFull) throw new Error('full')
            stored = tokens
          },
        },
      })
    const me = async () => (await client.GET('/users/me')).data.username
    const makeDue = () => {
      if (stored) stored = { ...stored, renewAt: 0 }
    }

    beforeEach(async () => {
      isFull = false
      client = tab()
      await client.logIn(johndoe)
    })

    it.each([
      ['before the expiry', makeDue],
      ['of a rejected token', () => server.advance(past)],
    ])(
      '%s fails no call: the tokens stay in memory, and are refreshed again',
      async (_what, end) => {
        end()
        isFull = true
        expect(await recordCalls(me)).toContain('/token 200')
        expect(await recordCalls(me)).toEqual(['/users/me 200'])
        for (const _ of [1, 2]) {
          server.advance(past)
          expect(await me()).toBe('johndoe')
        }
      },
    )

    it('gets the tokens before the next call once it works again', async () => {
      makeDue()
      isFull = true
      await me()
      isFull = false
      expect(await recordCalls(me)).toEqual(['/users/me 200'])
      server.advance(past)
      client = tab()
      expect(await me()).toBe('johndoe')
    })

    it.each([
      ['a logout', () => tab().logOut(), undefined],
      ['a login', () => tab().logIn(admin), 'admin'],
    ])(
      'does not get tokens that %s in a different tab has replaced',
      async (_what, work, username) => {
        makeDue()
        isFull = true
        await me()
        isFull = false
        await work()
        expect(await me().catch(() => undefined)).toBe(username)
        expect(await me().catch(() => undefined)).toBe(username)
      },
    )
  })
})
