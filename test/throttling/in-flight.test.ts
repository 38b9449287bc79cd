import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createInFlight, type InFlight } from '../../src/throttling/in-flight.ts'

const times = <Value>(count: number, value: Value) => Array.from({ length: count }, () => value)

describe('what is under way', () => {
  const standing = () => 0
  /** What they are told, as they come. */
  const waitFor = (inFlight: InFlight, names: readonly string[]) => {
    const came: string[] = []
    const places = names.map((name) => {
      const place = inFlight.place()
      place.wait('key', 0).then((mayHaveRoom) => came.push(`${name} ${mayHaveRoom}`))
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
    void places[0]?.wait('other', 0)
    expect(await soFar(came)).toEqual(['a true', 'b true'])
  })

  it('lets whoever found no room wait before the others', async () => {
    const inFlight = createInFlight(2, standing)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const { came, places } = waitFor(inFlight, ['a', 'b'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
    const again = places[0]?.wait('key', 0)
    last?.[Symbol.dispose]()
    expect(await again).toBe(true)
    expect(came).toEqual(['a true'])
    places[0]?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true', 'b true'])
  })

  it('lets no more wait than may, and others again when those have come', async () => {
    const inFlight = createInFlight(1, standing)
    const [one, last] = times(2, ['key']).map(inFlight.begin)
    const { came, places } = waitFor(inFlight, ['a', 'b'])
    expect(await soFar(came)).toEqual(['b false'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['b false', 'a true'])
    for (const place of places) place[Symbol.dispose]()
    const later = waitFor(inFlight, ['c'])
    last?.[Symbol.dispose]()
    expect(await soFar(later.came)).toEqual(['c true'])
  })

  it('gives the place of whoever leaves to another', async () => {
    const inFlight = createInFlight(1, standing)
    const [one] = times(2, ['key']).map(inFlight.begin)
    const leaving = new AbortController()
    const place = inFlight.place(leaving.signal)
    const left = place.wait('key', 0)
    leaving.abort()
    expect(await left).toBe(false)
    expect(await place.wait('key', 0)).toBe(false)
    place[Symbol.dispose]()
    const { came } = waitFor(inFlight, ['a'])
    one?.[Symbol.dispose]()
    expect(await soFar(came)).toEqual(['a true'])
  })

  it('lets nobody look because one leaves whose turn it was not', async () => {
    const inFlight = createInFlight(2, standing)
    inFlight.begin(['key'])
    const leaving = new AbortController()
    const place = inFlight.place(leaving.signal)
    const left = place.wait('key', 0)
    const { came } = waitFor(inFlight, ['a'])
    leaving.abort()
    await left
    place[Symbol.dispose]()
    expect(await soFar(came)).toEqual([])
  })
})

describe('what is under way elsewhere', () => {
  /** A clock, and places that wait for the same key. */
  const elsewhere = (most = 8) => {
    const clock = { now: 0 }
    const inFlight = createInFlight(most, () => clock.now)
    return { clock, inFlight, place: inFlight.place }
  }

  it('is looked for now and then, for ten seconds', async () => {
    const { clock, place } = elsewhere()
    const one = place()
    expect(await one.wait('key', 0)).toBe(true)
    clock.now = 9_999
    expect(await one.wait('key', 0)).toBe(true)
    clock.now = 10_000
    expect(await one.wait('key', 0)).toBe(false)
  })

  it('is waited for as long as others begin there', async () => {
    const { clock, place } = elsewhere()
    const one = place()
    expect(await one.wait('key', 1)).toBe(true)
    clock.now = 10_000
    expect(await one.wait('key', 2)).toBe(true)
    clock.now = 19_999
    expect(await one.wait('key', 2)).toBe(true)
    clock.now = 20_000
    expect(await one.wait('key', 2)).toBe(false)
  })

  it('is looked for by one for all, and after ten seconds by nobody', async () => {
    const { clock, inFlight, place } = elsewhere()
    const underway = inFlight.begin(['key'])
    const [one, ...others] = [place(), place(), place()]
    const turn = one?.wait('key', 0)
    const rest = Promise.all(others.map((other) => other.wait('key', 0)))
    underway[Symbol.dispose]()
    expect(await turn).toBe(true)
    expect(await one?.wait('key', 0)).toBe(true)
    clock.now = 10_000
    expect(await one?.wait('key', 0)).toBe(false)
    expect(await rest).toEqual([false, false])
  })

  it('is waited for anew when one has ended here', async () => {
    const { clock, inFlight, place } = elsewhere()
    const underway = inFlight.begin(['key'])
    const one = place()
    const turn = one.wait('key', 0)
    clock.now = 10_000
    underway[Symbol.dispose]()
    expect(await turn).toBe(true)
    expect(await one.wait('key', 0)).toBe(true)
    clock.now = 20_000
    expect(await one.wait('key', 0)).toBe(false)
  })

  it('is waited for by others, who come later, for as long', async () => {
    const { clock, place } = elsewhere()
    const one = place()
    expect(await one.wait('key', 0)).toBe(true)
    clock.now = 10_000
    expect(await one.wait('key', 0)).toBe(false)
    one[Symbol.dispose]()
    expect(await place().wait('key', 0)).toBe(true)
  })

  it('is waited for by no more than may, and by nobody who leaves', async () => {
    const { place } = elsewhere(1)
    const leaving = new AbortController()
    const one = place(leaving.signal)
    const left = one.wait('key', 0)
    expect(await place().wait('key', 0)).toBe(false)
    leaving.abort()
    expect(await left).toBe(false)
    one[Symbol.dispose]()
    expect(await place().wait('key', 0)).toBe(true)
  })

  it('costs nobody his place, who looks', async () => {
    const { place } = elsewhere(1)
    const one = place()
    expect(await one.wait('key', 0)).toBe(true)
    expect(await place().wait('key', 0)).toBe(false)
    expect(await one.wait('key', 0)).toBe(true)
    expect(await one.wait('other', 0)).toBe(true)
  })

  it('leaves the line here standing until he has looked whose turn it was', async () => {
    const { inFlight, place } = elsewhere()
    const underway = inFlight.begin(['key'])
    const [one, other] = [place(), place()]
    const turns = [one.wait('key', 0), other.wait('key', 0)]
    underway[Symbol.dispose]()
    expect(await turns[0]).toBe(true)
    const came: boolean[] = []
    void turns[1]?.then((isTurn) => came.push(isTurn))
    expect(await one.wait('key', 0)).toBe(true)
    expect(came).toEqual([])
    one[Symbol.dispose]()
    expect(await turns[1]).toBe(true)
  })
})
