import { describe, expect, it } from 'vitest'
import { eventIds, firstIdAt } from '../../src/store/event-ids.ts'

const now = 4_000_000_000_000
const newEventId = eventIds()

describe('eventIds', () => {
  it('creates UUIDs of version 7 (RFC 9562 §5.7), which begin with the time', () => {
    const id = newEventId(now)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.slice(0, 13).replace('-', ''), 16)).toBe(now)
  })

  it('creates ids that sort in the order of creation, within a millisecond and when the clock is set back', () => {
    const ids = Array.from({ length: 10_000 }, (_, at) => newEventId(now + 10 - (at % 3)))
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('sets the variant (RFC 9562 §4.1) in every id', () => {
    const ids = Array.from({ length: 200 }, (_, at) => newEventId(now + 100 + at))
    expect(ids.filter((id) => !/^[0-9a-f-]{14}7[0-9a-f]{3}-[89ab]/.test(id))).toEqual([])
  })
})

describe('eventIds of a second process', () => {
  it('begin with the time of its own clock', () => {
    eventIds()(now + 5000)
    expect(eventIds()(now) < firstIdAt(now + 1)).toBe(true)
  })
})

describe('firstIdAt', () => {
  it('sorts before every id of its millisecond, and after all older ids', () => {
    const [before, after] = [newEventId(now + 1000), newEventId(now + 2000)]
    expect(firstIdAt(now + 2000) > before).toBe(true)
    expect(firstIdAt(now + 2000) < after).toBe(true)
  })

  it('sorts by time; a time before 1970 counts as 1970', () => {
    const ids = [-1000, 1, 15, 16, 2 ** 20, 2 ** 40].map(firstIdAt)
    expect(ids).toEqual(ids.toSorted())
    expect(firstIdAt(-1000)).toBe(firstIdAt(0))
  })
})
