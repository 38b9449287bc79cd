/** Tabs that refresh at the same time, on a server that does not repeat the response of a refresh. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type Tokens } from '../../src/client/index.ts'
import { createMutex, withLockTimeout } from '../../src/client/mutex.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { countCalls, recordCalls } from './record-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { REFRESH_GRACE_SECONDS: '0' } })
})
afterAll(() => server.stop())

const me = async (client: ReturnType<typeof createClient>) =>
  (await client.GET('/users/me')).data.username

describe('tabs with a refresh lock', () => {
  let tab: (refresh: (request: Request) => Promise<Response>) => ReturnType<typeof createClient>
  beforeEach(() => {
    let stored: Tokens | undefined
    const storage = {
      read: () => stored,
      write: (tokens: Tokens | undefined) => {
        stored = tokens
      },
      withLock: createMutex(),
      withRefreshLock: createMutex(),
    }
    tab = (refresh) =>
      createClient({
        baseUrl: server.url,
        storage,
        fetch: async (request) => {
          const isRefresh = (await request.clone().text()).includes('grant_type=refresh_token')
          return isRefresh ? refresh(request) : fetch(request)
        },
      })
  })

  it('share one refresh, and the session continues', async () => {
    const late = async (request: Request) => {
      await wait(200)
      return fetch(request)
    }
    const tabs = [tab(late), tab(late), tab(late)]
    await tabs[0]?.logIn(johndoe)
    server.advance(31 * 60_000)
    const seen = await recordCalls(async () => {
      expect(await Promise.all(tabs.map(me))).toEqual(tabs.map(() => 'johndoe'))
    })
    expect(countCalls(seen)).toEqual({ '/users/me 401': 3, '/token 200': 1, '/users/me 200': 3 })
  })

  it('can log out while a refresh hangs', async () => {
    const abort = new AbortController()
    const hangs = () => {
      abort.abort(new Error('enough'))
      return new Promise<never>(() => {})
    }
    const [one, two] = [tab(hangs), tab(fetch)]
    await one.logIn(johndoe)
    server.advance(31 * 60_000)
    await expect(one.GET('/users/me', { signal: abort.signal })).rejects.toThrow('enough')
    await two.logOut()
    await expect(me(one)).rejects.toThrow(LoginRequired)
  })
})

describe('a lock', () => {
  it('is released although the work hangs; the work may still finish', async () => {
    const lock = createMutex()
    let end: (what: string) => void = () => {}
    const hung = withLockTimeout(
      lock,
      () =>
        new Promise<string>((resolve) => {
          end = resolve
        }),
      1,
    )
    expect(await withLockTimeout(lock, async () => 'next')).toBe('next')
    end('late')
    expect(await hung).toBe('late')
  })

  it('is released by work that fails, which rejects with its error', async () => {
    const lock = createMutex()
    const failed = withLockTimeout(lock, () => Promise.reject(new Error('no')))
    await expect(failed).rejects.toThrow('no')
    expect(await withLockTimeout(lock, async () => 'next')).toBe('next')
  })

  it('rejects if the lock cannot be taken', async () => {
    const none = () => Promise.reject(new Error('no lock'))
    await expect(withLockTimeout(none, async () => 'never')).rejects.toThrow('no lock')
  })
})
