import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { sqliteTypes } from '../../src/store/migrations/column-types.ts'
import { migrationsWith } from '../../src/store/migrations/list.ts'

it('the list of migrations has every file of its folder', () => {
  const folder = new URL('../../src/store/migrations/', import.meta.url)
  const files = readdirSync(folder).filter((file) => /^\d/.test(file))
  expect(Object.keys(migrationsWith(sqliteTypes)).map((name) => `${name}.ts`)).toEqual(files)
})
