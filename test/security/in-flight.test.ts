import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createInFlight, type InFlight } from '../../src/security/in-flight.ts'

const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value)

describe('what is under way', () => {
  const standing = () => 0
  /** What they are told, as they come. */
  const waitFor = (inFlight: InFlight, names: readonly string[]) => {
    const came: string[] = []
    const places = names.map((name) => {
      const place = inFlight.place()
      place.wait('key').then((mayHaveRoom) => came.push(`${name} ${mayHaveRoom}`))
      return place
    })
    return { came, places }
  }
  const soFar = async (came: readonly string[]) => {
    await setImmediate()
    return came
  }

  it('lets one look when one ends, in their order, and each of them the next', async () => {
    const inFlight = createInFlight(4, standing)
    const [one, last] = times(2, ['key', 'other']).map(inFlight.begin)
    const { came, places } = waitFor(inFlight, ['a', 'b', 'c', 'd'])
    expect(await soFar(came)).toEqual([])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
    last?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true'])
    places[0]?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true', 'c true'])
    places[1]?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true', 'c true', 'd true'])
  })

  it('lets the next look when one waits for another key', async () => {
    const inFlight = createInFlight(4, standing)
    const [one] = [['key'], ['other']].map(inFlight.begin)
    const { came, places } = waitFor(inFlight, ['a', 'b'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
    void places[0]?.wait('other')
    expect(await soFar(came)).toEqual(['a true', 'b true'])
  })

  it('lets whoever found no room wait before the others, though as many wait as may', async () => {
    const inFlight = createInFlight(1, standing)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const [first] = waitFor(inFlight, ['a']).places
    one?.[Symbol.dispose]()
    await setImmediate()
    const { came } = waitFor(inFlight, ['b'])
    const again = first?.wait('key')
    last?.[Symbol.dispose]()
    expect(await again).toBe(true)
    expect(came).toEqual([])
    first?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['b true'])
  })

  it('lets no more wait than may, and others again when those have come', async () => {
    const inFlight = createInFlight(1, standing)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const { came } = waitFor(inFlight, ['a', 'b'])
    expect(await soFar(came)).toEqual(['b false'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['b false', 'a true'])
    const later = waitFor(inFlight, ['c'])
    last?.[Symbol.dispose]()
    expect(await soFar(later.came)).toEqual(['c true'])
  })

  it('gives the place of whoever leaves to another', async () => {
    const inFlight = createInFlight(1, standing)
    const [one] = times(2, ['key']).map(inFlight.begin)
    const leaving = new AbortController()
    const place = inFlight.place(leaving.signal)
    const left = place.wait('key')
    leaving.abort()
    expect(await left).toBe(false)
    expect(await place.wait('key')).toBe(false)
    const { came } = waitFor(inFlight, ['a'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
  })

  it('lets nobody look because one leaves whose turn it was not', async () => {
    const inFlight = createInFlight(2, standing)
    inFlight.begin(['key'])
    const leaving = new AbortController()
    const place = inFlight.place(leaving.signal)
    const left = place.wait('key')
    const { came } = waitFor(inFlight, ['a'])
    leaving.abort()
    await left
    place[Symbol.dispose]()
    expect(await soFar(came)).toEqual([])
  })
})

describe('what is under way elsewhere', () => {
  it('is looked for now and then, for ten seconds', async () => {
    let clock = 0
    const place = createInFlight(1, () => clock).place()
    expect(await place.wait('key')).toBe(true)
    clock = 9_999
    expect(await place.wait('key')).toBe(true)
    clock = 10_000
    expect(await place.wait('key')).toBe(false)
  })

  it('is waited for anew by whoever had a turn here', async () => {
    let clock = 0
    const inFlight = createInFlight(1, () => clock)
    const underway = inFlight.begin(['key'])
    const place = inFlight.place()
    const turn = place.wait('key')
    clock = 10_000
    underway[Symbol.dispose]()
    expect(await turn).toBe(true)
    expect(await place.wait('key')).toBe(true)
    clock = 20_000
    expect(await place.wait('key')).toBe(false)
  })

  it('is waited for by no more than may, and by nobody who leaves', async () => {
    const inFlight = createInFlight(1, () => 0)
    const leaving = new AbortController()
    const left = inFlight.place(leaving.signal).wait('key')
    expect(await inFlight.place().wait('key')).toBe(false)
    leaving.abort()
    expect(await left).toBe(false)
    expect(await inFlight.place().wait('key')).toBe(true)
  })

  it('leaves the line here standing until he has looked whose turn it was', async () => {
    const inFlight = createInFlight(2, () => 0)
    const underway = inFlight.begin(['key'])
    const [one, other] = [inFlight.place(), inFlight.place()]
    const turns = [one.wait('key'), other.wait('key')]
    underway[Symbol.dispose]()
    expect(await turns[0]).toBe(true)
    const came: boolean[] = []
    void turns[1]?.then((isTurn) => came.push(isTurn))
    expect(await one.wait('key')).toBe(true)
    expect(came).toEqual([])
    one[Symbol.dispose]()
    expect(await turns[1]).toBe(true)
  })
})
