/**
 * Every change of the schema since the first: the files of this folder whose names begin with a number, in that order. A
 * migration that has been released is never edited.
 */
import { readdirSync } from 'node:fs'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes, MigrationOf } from './column-types.ts'

const folder = new URL('./', import.meta.url)
const numbered = /^(\d{4}-[^.]+)\.[jt]s$/

/** By their names, which are those of the files. */
export async function migrationsWith(types: ColumnTypes): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {}
  for (const file of readdirSync(folder)) {
    const [, name] = numbered.exec(file) ?? []
    if (name === undefined) continue
    const { migration }: { migration: MigrationOf } = await import(new URL(file, folder).href)
    migrations[name] = migration(types)
  }
  return migrations
}
