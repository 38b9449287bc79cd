import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFairQueue, type Share } from '../../src/passwords/fair-queue.ts'

const unknown = (network: string, name = 'any'): Share => ({ isKnown: false, network, name })
const known = (network: string, name = 'any'): Share => ({ isKnown: true, network, name })

/** A queue of these shares. The item of a share is its text and a number. */
function queueOf(...shares: Share[]) {
  const queue = createFairQueue<string>()
  for (const [at, share] of shares.entries()) queue.add(share, `${at}: ${textOf(share)}`)
  const takeAll = () => Array.from(shares, () => queue.take()).map((item) => item?.slice(3))
  return { queue, takeAll }
}

const textOf = ({ isKnown, network, name }: Share) => `${network} ${name}${isKnown ? ' known' : ''}`
const times = (count: number, share: Share) => Array.from({ length: count }, () => share)

describe('the fair queue takes', () => {
  it('nothing if it is empty, and the items of one name in their order', () => {
    const { queue } = queueOf(unknown('a'), unknown('a'))
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['0: a any', '1: a any', undefined])
    expect(queue.size()).toBe(0)
  })

  it('networks by turns [H7]', () => {
    const { takeAll } = queueOf(...times(3, unknown('a')), unknown('b'), ...times(2, unknown('c')))
    expect(takeAll()).toEqual(['a any', 'b any', 'c any', 'a any', 'c any', 'a any'])
  })

  it('names by turns in a network [H7]', () => {
    const { takeAll } = queueOf(...times(2, unknown('a', 'x')), unknown('a', 'y'), unknown('b'))
    expect(takeAll()).toEqual(['a x', 'b any', 'a y', 'a x'])
  })

  it('a known login every second turn, however many networks have others [H7]', () => {
    const strangers = ['a', 'b', 'c', 'd'].map((network) => unknown(network))
    const { takeAll } = queueOf(...strangers, known('e'), known('e'))
    expect(takeAll()).toEqual(['a any', 'e any known', 'b any', 'e any known', 'c any', 'd any'])
  })

  it('a new network before the one that had the last turn [H7]', () => {
    const { queue } = queueOf(...times(5, unknown('a')))
    queue.take()
    queue.add(unknown('b'), 'new')
    queue.add(known('c'), 'newer')
    expect([queue.take(), queue.take(), queue.take()]).toEqual(['newer', 'new', '1: a any'])
  })

  it('one network at most about every second turn while others wait, whatever it sends [H7]', () => {
    const flood = fc.record({ isKnown: fc.boolean(), name: fc.constantFrom('x', 'y', 'z') })
    const others = fc.record({
      isKnown: fc.boolean(),
      network: fc.constantFrom('b', 'c'),
      name: fc.constantFrom('x', 'y'),
    })
    const rounds = fc.array(fc.tuple(fc.array(flood, { maxLength: 4 }), others), { minLength: 2 })
    fc.assert(
      fc.property(rounds, (all) => {
        const queue = createFairQueue<string>()
        let floods = 0
        for (const [more, other] of all) {
          for (const share of more) queue.add({ ...share, network: 'a' }, `a ${Math.random()}`)
          queue.add(other, `other ${Math.random()}`)
          if (queue.take()?.startsWith('a')) floods += 1
        }
        expect(floods).toBeLessThanOrEqual(all.length / 2 + 1)
      }),
      { numRuns: 300, seed: 1 },
    )
  })
})

describe('the fair queue tells', () => {
  it.each([
    ['an empty queue', [], unknown('a'), 1],
    ['its own name', times(3, unknown('a')), unknown('a'), 4],
    ['other names of its network', times(9, unknown('a', 'x')), unknown('a', 'y'), 2],
    ['other networks', times(9, unknown('a')), unknown('b'), 2],
    ['the other class', times(9, unknown('a')), known('a'), 2],
    [
      'all of them',
      [...times(9, unknown('a')), ...times(9, known('b')), unknown('c')],
      known('c'),
      4,
    ],
  ])('the place of a new item behind %s [H7]', (_what, shares, share, place) => {
    expect(queueOf(...shares).queue.placeOf(share)).toBe(place)
  })

  it('no place that is later than the turn, if nothing follows [H7]', () => {
    const shares = [...times(4, unknown('a')), ...times(3, unknown('b')), unknown('c', 'x')]
    const { queue } = queueOf(...shares, ...times(2, known('d')))
    const place = queue.placeOf(unknown('c', 'y'))
    queue.add(unknown('c', 'y'), 'mine')
    const taken = Array.from({ length: place }, () => queue.take())
    expect(taken).toContain('mine')
  })
})

describe('a full fair queue gives up the newest item', () => {
  it.each([
    [
      'of no network that is only one larger',
      [...times(2, unknown('a')), unknown('b')],
      unknown('b'),
      undefined,
    ],
    ['of the largest network', [...times(4, unknown('a')), unknown('b')], unknown('b'), '3: a any'],
    [
      'of the largest name in its network',
      [...times(3, unknown('a', 'x')), unknown('a', 'y')],
      unknown('a', 'z'),
      '2: a x',
    ],
    [
      'of nothing for the largest name',
      [...times(3, unknown('a', 'x')), unknown('a', 'y')],
      unknown('a', 'x'),
      undefined,
    ],
    ['of the larger class', [unknown('a'), unknown('b'), unknown('c')], known('d'), '2: c any'],
    [
      'of the largest network in the larger class',
      [unknown('a'), unknown('b'), unknown('b'), unknown('c')],
      known('d'),
      '2: b any',
    ],
    [
      'of the largest network in its own class',
      [...times(3, unknown('a')), ...times(3, known('a'))],
      known('b'),
      '5: a any known',
    ],
    [
      'of nobody if all are alike',
      [unknown('a'), unknown('b'), known('c')],
      unknown('d'),
      undefined,
    ],
  ])('%s [H7]', (_what, shares, share, displaced) => {
    expect(queueOf(...shares).queue.displacedBy(share)).toBe(displaced)
  })

  it('of a share that has left, never [H7]', () => {
    const { queue } = queueOf(...times(3, unknown('a')))
    expect(queue.remove('2: a any')).toBe(true)
    expect(queue.remove('2: a any')).toBe(false)
    expect(queue.displacedBy(unknown('b'))).toBe('1: a any')
  })
})
