import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sqliteTypes } from '../../src/store/migrations/column-types.ts'
import { migrationsWith } from '../../src/store/migrations/list.ts'

it('every numbered file of the folder is a migration', async () => {
  const folder = new URL('../../src/store/migrations/', import.meta.url)
  const files = readdirSync(folder).filter((file) => /^\d/.test(file))
  const migrations = await migrationsWith(sqliteTypes)
  expect(Object.keys(migrations).map((name) => `${name}.ts`)).toEqual(files)
})
