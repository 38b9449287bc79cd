import { describe, expect, it } from 'vitest'
import { createOwedDecisions } from '../../src/throttling/owed-decisions.ts'

/** A store that writes down what is released and kept, while it answers. */
function fickleStore() {
  const store = { isAway: false, released: [] as string[], kept: [] as string[] }
  const writer = (written: string[]) => async (keys: readonly string[]) => {
    await Promise.resolve()
    if (store.isAway) throw new Error('away')
    written.push(keys.join(' '))
  }
  const owed = createOwedDecisions({ release: writer(store.released), keep: writer(store.kept) })
  const owe = async (...keys: string[]) => {
    const work = owed.orReleased(keys, Promise.reject(new Error(`not ${keys}`)))
    await expect(work).rejects.toThrow(`not ${keys}`)
  }
  return { store, owed, owe }
}

describe('what is owed', () => {
  it('is what could not be given back, and no more', async () => {
    const { store, owed, owe } = fickleStore()
    await owed.orReleased(['a'], Promise.resolve())
    expect(owed.any('b')).toBe(false)
    await owe('b', 'c')
    expect(owed.any('b')).toBe(true)
    await owed.pay()
    expect(owed.any('b')).toBe(false)
    expect(store.released).toEqual(['b c'])
  })

  it('is kept where it was to be kept', async () => {
    const { store, owed } = fickleStore()
    const work = Promise.reject(new Error('away'))
    await expect(owed.orKept(['a', 'b'], work)).rejects.toThrow('away')
    expect(owed.any('b')).toBe(true)
    await owed.pay()
    expect(store).toEqual({ isAway: false, released: [], kept: ['a b'] })
  })

  it('stays owed while it cannot be paid', async () => {
    const { store, owed, owe } = fickleStore()
    await owe('a')
    await owe('b')
    store.isAway = true
    await expect(owed.pay()).rejects.toThrow('away')
    expect(owed.any('b')).toBe(true)
    store.isAway = false
    await owed.pay()
    expect(store.released).toEqual(['a', 'b'])
  })

  it('is paid once, whoever pays at the same time, and all of them wait for it', async () => {
    const { store, owed, owe } = fickleStore()
    await owe('a')
    await owe('b')
    const seen = await Promise.all([1, 2, 3].map(() => owed.pay().then(() => [...store.released])))
    expect(seen).toEqual([1, 2, 3].map(() => ['a', 'b']))
  })
})
