import { expect, it } from 'vitest'
import { packagesOf } from '../harness/packages-of.ts'

it('is not loaded by a server on SQLite', () => {
  const read = `
    const { openStore } = await import('./src/store/store.ts')
    const store = openStore({ kind: 'sqlite', file: ':memory:' })
    await store.migrate()
    await store.users.byName('johndoe')
    await store.close()`
  const packages = packagesOf(read).split(' ')
  expect(packages).toContain('kysely')
  expect(packages).not.toContain('pg')
})
