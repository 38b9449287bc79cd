import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type TesseraClient } from '../../src/client/index.ts'
import type { Tokens } from '../../src/client/token-storage.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { callsSeen } from './seen-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }
const admin = { username: 'admin', password: 'administrator123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const isRefresh = async (request: Request) =>
  (await request.clone().text()).includes('grant_type=refresh_token')

describe('what is done while the storage is read', () => {
  let held: Tokens | undefined
  let client: TesseraClient
  let refreshed: () => void
  /** Begun by the next reading, which goes on with what was held before. */
  let meanwhile: (() => unknown) | undefined
  let pause: () => Promise<unknown>
  let isOffline: boolean

  beforeEach(async () => {
    held = undefined
    meanwhile = undefined
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
          const [found, work] = [held, meanwhile]
          meanwhile = undefined
          if (!work) return found
          work()
          return pause().then(() => found)
        },
        write: (tokens) => {
          held = tokens
        },
      },
    })
    await client.logIn(johndoe)
  })

  const me = async () => (await client.GET('/users/me')).data.username

  /** Has the refresh of a call find the storage as it was before `work`. */
  async function whileRefreshing(work: () => Promise<unknown>): Promise<void> {
    let done: Promise<unknown> = Promise.resolve()
    refreshed = () => {
      meanwhile = () => {
        done = work()
      }
    }
    if (held) held = { ...held, renewAt: 0 }
    await me().catch(() => {})
    await done
  }

  it.each([
    ['no time', () => Promise.resolve()],
    ['some time', () => wait(300)],
  ])(
    'a logout is final, though the server hears nothing of it and the reading takes %s',
    async (_time, taken) => {
      pause = taken
      isOffline = true
      await whileRefreshing(() => expect(client.logOut()).rejects.toThrow('fetch failed'))
      expect(held).toBeUndefined()
      await expect(me()).rejects.toThrow(LoginRequired)
    },
  )

  it('a login is not replaced by the session before it', async () => {
    pause = () => wait(1000)
    await whileRefreshing(() => client.logIn(admin))
    expect(await me()).toBe('admin')
  })

  it('a login is not forgotten by the logout before it', async () => {
    pause = () => wait(1000)
    let login: Promise<unknown> = Promise.resolve()
    meanwhile = () => {
      login = client.logIn(admin)
    }
    await client.logOut()
    await login
    expect(await me()).toBe('admin')
  })
})

describe('a login that is answered late', () => {
  it('takes the place of one begun after it, and is not stopped by a logout', async () => {
    let answer: () => void = () => {}
    const late = new Promise<void>((resolve) => {
      answer = resolve
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
    answer()
    await first
    expect((await client.GET('/users/me')).data.username).toBe('johndoe')
  })
})

describe('a storage that fails', () => {
  it('fails what asked for it, and nothing after it', async () => {
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
    let held: Tokens | undefined
    let isFull: boolean
    let client: TesseraClient

    const tab = () =>
      createClient({
        baseUrl: server.url,
        storage: {
          read: () => held,
          write: (tokens) => {
            if (isFull) throw new Error('full')
            held = tokens
          },
        },
      })
    const me = async () => (await client.GET('/users/me')).data.username
    const wearOut = () => {
      if (held) held = { ...held, renewAt: 0 }
    }

    beforeEach(async () => {
      isFull = false
      client = tab()
      await client.logIn(johndoe)
    })

    it.each([
      ['ahead of time', wearOut],
      ['of a token that was refused', () => server.advance(past)],
    ])('%s fails no call: the tokens are remembered, and refreshed again', async (_what, end) => {
      end()
      isFull = true
      expect(await callsSeen(me)).toContain('/token 200')
      expect(await callsSeen(me)).toEqual(['/users/me 200'])
      for (const _ of [1, 2]) {
        server.advance(past)
        expect(await me()).toBe('johndoe')
      }
    })

    it('is given the tokens before the next call that it takes them of', async () => {
      wearOut()
      isFull = true
      await me()
      isFull = false
      expect(await callsSeen(me)).toEqual(['/users/me 200'])
      server.advance(past)
      client = tab()
      expect(await me()).toBe('johndoe')
    })

    it.each([
      ['a logout', () => tab().logOut(), undefined],
      ['a login', () => tab().logIn(admin), 'admin'],
    ])('is not given what %s elsewhere has ended', async (_what, work, username) => {
      wearOut()
      isFull = true
      await me()
      isFull = false
      await work()
      expect(await me().catch(() => undefined)).toBe(username)
      expect(await me().catch(() => undefined)).toBe(username)
    })
  })
})
