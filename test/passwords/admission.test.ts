import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createAdmission, TooManyWaiting } from '../../src/passwords/admission.ts'
import type { Share } from '../../src/passwords/fair-queue.ts'

afterEach(() => void vi.useRealTimers())

const of = (network: string, name = 'any'): Share => ({ isKnown: false, network, name })

/** One thread and this number of waiting logins. */
function oneThread(maxWaiting: number) {
  let now = 0
  let refusals = 0
  const admission = createAdmission({
    maxAdmitted: () => 1,
    maxTotal: 1 + maxWaiting,
    maxWaitMs: 5_000,
    onRefusal: () => void refusals++,
    clock: () => now,
  })
  const log: string[] = []
  /** Records how the login ends. */
  async function enter(share: Share, isKnown = share.isKnown): Promise<void> {
    const who = `${share.network} ${share.name}`
    try {
      using _thread = await admission.admit({ share, beforeWaiting: async () => ({ isKnown }) })
      log.push(who)
    } catch (error) {
      log.push(error instanceof TooManyWaiting ? `${who}: 503` : `${who}: ${error}`)
    }
  }
  /** Holds the thread until disposal, for this time. */
  async function hold(milliseconds: number): Promise<Disposable> {
    const thread = await admission.admit()
    return {
      [Symbol.dispose]() {
        now += milliseconds
        thread[Symbol.dispose]()
      },
    }
  }
  return { admission, enter, hold, log, refusals: () => refusals }
}

describe('admission', () => {
  it('takes the place of a flooding network for others, and serves them by turns [H7]', async () => {
    const { enter, hold, log, refusals } = oneThread(4)
    const held = await hold(0)
    const all = Array.from({ length: 6 }, (_, at) => enter(of('a', `${at % 4}`)))
    await setImmediate()
    all.push(enter(of('b')), enter(of('c')), enter(of('b')))
    await setImmediate()
    held[Symbol.dispose]()
    await Promise.all(all)
    expect(log.slice(0, 5).sort()).toEqual([
      'a 0: 503',
      'a 1: 503',
      'a 2: 503',
      'a 3: 503',
      'b any: 503',
    ])
    expect(log.slice(5)).toEqual(['a 0', 'b any', 'c any', 'a 1'])
    expect(refusals()).toBe(5)
  })

  it('has room for known logins although many networks fill the queue [H7]', async () => {
    const { enter, hold, log } = oneThread(4)
    const held = await hold(0)
    const all = ['a', 'b', 'c', 'd', 'e'].map((network) => enter(of(network)))
    await setImmediate()
    all.push(enter(of('home'), true))
    await setImmediate()
    held[Symbol.dispose]()
    await Promise.all(all)
    expect(log).toEqual(['e any: 503', 'd any: 503', 'a any', 'home any', 'b any', 'c any'])
  })

  it('refuses at once who would wait more than five seconds, with the time that it takes [H7]', async () => {
    const { admission, enter, hold, log } = oneThread(10)
    for (const _time of [1, 2]) (await hold(2_000))[Symbol.dispose]()
    const held = await hold(2_000)
    const waiting = [enter(of('a', 'x')), enter(of('a', 'x'))]
    await setImmediate()
    await expect(admission.admit({ share: of('a', 'x') })).rejects.toMatchObject({
      status: 503,
      headers: { 'Retry-After': 6 },
    })
    waiting.push(enter(of('b')))
    await setImmediate()
    held[Symbol.dispose]()
    await Promise.all(waiting)
    expect(log).toEqual(['a x', 'b any', 'a x'])
  })

  it('refuses who has waited five seconds because others came first [H7]', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { enter, hold, log } = oneThread(10)
    const held = await hold(0)
    const waiting = enter(of('a'))
    await vi.advanceTimersByTimeAsync(4_999)
    expect(log).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    await waiting
    expect(log).toEqual(['a any: 503'])
    held[Symbol.dispose]()
    await enter(of('a'))
    expect(log).toEqual(['a any: 503', 'a any'])
  })

  it('admits at once again after an outage in which each login held a thread until it failed [H7]', async () => {
    const { admission, enter, hold, log } = oneThread(10)
    for (const milliseconds of Array(9).fill(200)) (await hold(milliseconds))[Symbol.dispose]()
    for (const milliseconds of Array(10).fill(1_800)) {
      const failing = await hold(milliseconds)
      admission.rejectWaiting(new Error('the database is unavailable'))
      failing[Symbol.dispose]()
    }
    const held = await hold(0)
    const waiting = Array.from({ length: 6 }, (_, at) => enter(of('a', `${at}`)))
    await setImmediate()
    held[Symbol.dispose]()
    await Promise.all(waiting)
    expect(log.filter((each) => !each.endsWith('503'))).toHaveLength(6)
  })

  it('admits soon again after the database has delayed a login for a minute [H7]', async () => {
    const { enter, hold, log } = oneThread(10)
    for (const milliseconds of [...Array(9).fill(200), 60_000])
      (await hold(milliseconds))[Symbol.dispose]()
    const held = await hold(0)
    const waiting = Array.from({ length: 6 }, (_, at) => enter(of('a', `${at}`)))
    await setImmediate()
    held[Symbol.dispose]()
    await Promise.all(waiting)
    expect(log.filter((each) => !each.endsWith('503'))).toHaveLength(6)
  })
})
