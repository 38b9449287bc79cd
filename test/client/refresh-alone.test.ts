/** Tabs that refresh in the same instant, on a server that repeats no answer. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createClient, LoginRequired, type Tokens } from '../../src/client/index.ts'
import { oneAtATime } from '../../src/client/one-at-a-time.ts'
import { underLock } from '../../src/client/under-lock.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { callsSeen, counted } from './seen-calls.ts'

const johndoe = { username: 'johndoe', password: 'secret123' }

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { REFRESH_GRACE_SECONDS: '0' } })
})
afterAll(() => server.stop())

const me = async (client: ReturnType<typeof createClient>) =>
  (await client.GET('/users/me')).data.username

describe('tabs that refresh alone', () => {
  let tab: (refresh: (request: Request) => Promise<Response>) => ReturnType<typeof createClient>
  beforeEach(() => {
    let held: Tokens | undefined
    const storage = {
      read: () => held,
      write: (tokens: Tokens | undefined) => {
        held = tokens
      },
      alone: oneAtATime(),
      refreshAlone: oneAtATime(),
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

  it('share one refresh, and the session lives', async () => {
    const late = async (request: Request) => {
      await wait(200)
      return fetch(request)
    }
    const tabs = [tab(late), tab(late), tab(late)]
    await tabs[0]?.logIn(johndoe)
    server.advance(31 * 60_000)
    const seen = await callsSeen(async () => {
      expect(await Promise.all(tabs.map(me))).toEqual(tabs.map(() => 'johndoe'))
    })
    expect(counted(seen)).toEqual({ '/users/me 401': 3, '/token 200': 1, '/users/me 200': 3 })
  })

  it('keep no logout waiting while a refresh hangs', async () => {
    const giveUp = new AbortController()
    const hangs = () => {
      giveUp.abort(new Error('enough'))
      return new Promise<never>(() => {})
    }
    const [one, two] = [tab(hangs), tab(fetch)]
    await one.logIn(johndoe)
    server.advance(31 * 60_000)
    await expect(one.GET('/users/me', { signal: giveUp.signal })).rejects.toThrow('enough')
    await two.logOut()
    await expect(me(one)).rejects.toThrow(LoginRequired)
  })
})

describe('a lock', () => {
  it('is given back though the work hangs, which may still end', async () => {
    const lock = oneAtATime()
    let end: (what: string) => void = () => {}
    const hung = underLock(
      lock,
      () =>
        new Promise<string>((resolve) => {
          end = resolve
        }),
      1,
    )
    expect(await underLock(lock, async () => 'next')).toBe('next')
    end('late')
    expect(await hung).toBe('late')
  })

  it('is given back by work that fails, with what it throws', async () => {
    const lock = oneAtATime()
    const failed = underLock(lock, () => Promise.reject(new Error('no')))
    await expect(failed).rejects.toThrow('no')
    expect(await underLock(lock, async () => 'next')).toBe('next')
  })

  it('fails the work where it cannot be had', async () => {
    const none = () => Promise.reject(new Error('no lock'))
    await expect(underLock(none, async () => 'never')).rejects.toThrow('no lock')
  })
})
