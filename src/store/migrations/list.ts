/** All migrations: the files of this folder whose names begin with a number, in that order. A released migration never changes. */
import { readdirSync } from 'node:fs'
import type { Migration } from 'kysely/migration'
import type { ColumnTypes, MigrationOf } from './column-types.ts'

const folder = new URL('./', import.meta.url)
const numbered = /^(\d{4}-[^.]+)\.[jt]s$/

/** The migrations by file name. */
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
