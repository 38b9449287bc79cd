/** What a migration is made with: the types of columns have other names on each database. */
import { type RawBuilder, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export type MigrationOf = (types: ColumnTypes) => Migration

/** What the types of columns are called. */
export interface ColumnTypes {
  /** Compared and sorted byte by byte. */
  readonly text: RawBuilder<unknown>
  /** Of 64 bits. */
  readonly integer: RawBuilder<unknown>
  /** Ends a table that takes nothing but the types of its columns. */
  readonly strict: RawBuilder<unknown>
}

export const sqliteTypes: ColumnTypes = {
  text: sql`text`,
  integer: sql`integer`,
  strict: sql`strict`,
}

export const postgresTypes: ColumnTypes = {
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  strict: sql``,
}
