import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createInFlight, type InFlight } from '../../src/security/in-flight.ts'

const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value)

describe('what is under way', () => {
  /** What they are told, as they come. */
  const waitFor = (inFlight: InFlight, names: readonly string[], again = false) => {
    const came: string[] = []
    for (const name of names)
      inFlight.turn('key', again).then((mayHaveRoom) => came.push(`${name} ${mayHaveRoom}`))
    return came
  }
  const soFar = async (came: readonly string[]) => {
    await setImmediate()
    return came
  }

  it('lets one look when one ends, in their order, and each of them the next', async () => {
    const inFlight = createInFlight(4)
    const [one, last] = times(2, ['key', 'other']).map(inFlight.begin)
    const came = waitFor(inFlight, ['a', 'b', 'c', 'd'])
    expect(await soFar(came)).toEqual([])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
    last?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true'])
    expect(inFlight.has('key')).toBe(false)
    inFlight.next('key')
    expect(await soFar(came)).toEqual(['a true', 'b true', 'c true'])
    inFlight.next('key')
    expect(await soFar(came)).toEqual(['a true', 'b true', 'c true', 'd true'])
  })

  it('lets whoever found no room wait before the others, though as many wait as may', async () => {
    const inFlight = createInFlight(1)
    const [one] = times(2, ['key']).map(inFlight.begin)
    const came = waitFor(inFlight, ['a'])
    const before = waitFor(inFlight, ['b'], true)
    one?.[Symbol.dispose]()
    expect(await soFar(before)).toEqual(['b true'])
    expect(came).toEqual([])
  })

  it('lets no more wait than may, and others again when those have come', async () => {
    const inFlight = createInFlight(1)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const came = waitFor(inFlight, ['a', 'b'])
    expect(await soFar(came)).toEqual(['b false'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['b false', 'a true'])
    const later = waitFor(inFlight, ['c'])
    last?.[Symbol.dispose]()
    expect(await soFar(later)).toEqual(['c true'])
  })

  it('gives the place of whoever leaves to another', async () => {
    const inFlight = createInFlight(1)
    const [one] = times(2, ['key']).map(inFlight.begin)
    const leaving = new AbortController()
    const left = inFlight.turn('key', false, leaving.signal)
    leaving.abort()
    expect(await left).toBe(false)
    expect(await inFlight.turn('key', true, leaving.signal)).toBe(false)
    const came = waitFor(inFlight, ['a'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
  })

  it('lets nobody wait where there is nothing to wait for', async () => {
    const inFlight = createInFlight(1)
    expect(await inFlight.turn('key', false)).toBe(false)
    inFlight.begin(['key'])[Symbol.dispose]()
    expect(await inFlight.turn('key', false)).toBe(false)
  })
})
