import { describe, expect, it } from 'vitest'
import { createOwedReleases } from '../../src/security/owed-releases.ts'

/** A store that writes down what is released, while it answers. */
function fickleStore() {
  const store = { isAway: false, released: [] as string[] }
  const release = async (keys: readonly string[]) => {
    await Promise.resolve()
    if (store.isAway) throw new Error('away')
    store.released.push(keys.join(' '))
  }
  const owed = createOwedReleases(release)
  const owe = async (...keys: string[]) => {
    const work = owed.givenBack(keys, Promise.reject(new Error(`not ${keys}`)))
    await expect(work).rejects.toThrow(`not ${keys}`)
  }
  return { store, owed, owe }
}

describe('what is owed', () => {
  it('is what could not be given back, and no more', async () => {
    const { store, owed, owe } = fickleStore()
    await owed.givenBack(['a'], Promise.resolve())
    expect(owed.any('b')).toBe(false)
    await owe('b', 'c')
    expect(owed.any('b')).toBe(true)
    await owed.pay()
    expect(owed.any('b')).toBe(false)
    expect(store.released).toEqual(['b c'])
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
