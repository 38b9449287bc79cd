import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { About } from '../../src/audit/audit.ts'
import { type CountedEvent, createCountedEvents } from '../../src/audit/counted-events.ts'

let written: CountedEvent[]
let events: ReturnType<typeof createCountedEvents>
beforeEach(() => {
  written = []
  events = createCountedEvents(async (records) => {
    written.push(...records)
  })
})

const about: About = {
  userId: 'u_1',
  clientId: 'tessera',
  sessionId: 's_1',
  address: '192.0.2.1',
  userAgent: 'curl/8.14.1',
  detail: 'lacks users:read',
}
const deny = (each: About = about) => events.add('access_denied', each)

describe('counted events', () => {
  it('that are alike are one record with their number [J3]', async () => {
    for (let times = 0; times < 1000; times += 1) deny()
    await events.flush()
    expect(written).toEqual([{ kind: 'access_denied', about, count: 1000 }])
  })

  it.each(Object.keys(about))('that differ in %s are two records [J3]', async (field) => {
    deny()
    deny({ ...about, [field]: 'other' })
    await events.flush()
    expect(written.map(({ count }) => count)).toEqual([1, 1])
  })

  it('of different kinds are two records [J3]', async () => {
    deny()
    events.add('login_failed', about)
    await events.flush()
    expect(written.map(({ kind }) => kind)).toEqual(['access_denied', 'login_failed'])
  })

  it('of an account are ten records and one for all others, whoever is affected [J3]', async () => {
    for (let at = 0; at < 5000; at += 1)
      deny({ userId: `u_affected-${at}`, actorId: 'u_1', address: `192.0.2.${at}` })
    deny({ ...about, userId: 'u_2' })
    await events.flush()
    expect(written).toHaveLength(12)
    expect(written.at(10)).toEqual({
      kind: 'access_denied',
      about: { userId: 'u_1', detail: 'various' },
      count: 4990,
    })
    expect(written.at(11)?.about.userId).toBe('u_2')
  })

  it('of more accounts than there are records for are one record of their kind [J3]', async () => {
    for (let at = 0; at < 5000; at += 1) deny({ ...about, userId: `u_${at}` })
    deny({ ...about, userId: 'u_0' })
    await events.flush()
    expect(written).toHaveLength(501)
    expect(written[0]?.count).toBe(2)
    const rest = { detail: 'various accounts' }
    expect(written.at(-1)).toEqual({ kind: 'access_denied', about: rest, count: 4500 })
  })

  it('are kept if they cannot be written, and written with the next ones [J3]', async () => {
    let isDown = true
    events = createCountedEvents(async (records) => {
      if (isDown) throw new Error('down')
      written.push(...records)
    })
    for (const _time of [1, 2]) deny()
    await expect(events.flush()).rejects.toThrow('down')
    isDown = false
    deny()
    await events.flush()
    await events.flush()
    expect(written).toEqual([{ kind: 'access_denied', about, count: 3 }])
  })
})

describe('the window of counted events', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('closes a minute after its first event, and the next one opens it again [J3]', async () => {
    deny()
    await vi.advanceTimersByTimeAsync(59_000)
    deny()
    expect(written).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(written.map(({ count }) => count)).toEqual([2])
    deny()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(written.map(({ count }) => count)).toEqual([2, 1])
  })
})
