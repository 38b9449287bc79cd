/** The names of column types, which differ between databases. A migration is a function of them. */
import { type RawBuilder, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export type MigrationOf = (types: ColumnTypes) => Migration

export interface ColumnTypes {
  /** SQLite has no `alter column`: see `rebuild-table.ts`. */
  readonly isSqlite: boolean
  /** Compared and sorted by bytes. */
  readonly text: RawBuilder<unknown>
  /** 64 bits. */
  readonly integer: RawBuilder<unknown>
  /** The table option that rejects values of a different type than the column's. */
  readonly strict: RawBuilder<unknown>
}

export const sqliteTypes: ColumnTypes = {
  isSqlite: true,
  text: sql`text`,
  integer: sql`integer`,
  strict: sql`strict`,
}

export const postgresTypes: ColumnTypes = {
  isSqlite: false,
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  strict: sql``,
}
