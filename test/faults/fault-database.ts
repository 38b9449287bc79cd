/** The database of a faulty server, SQLite or PostgreSQL as the run requires, and the defects that the database's own tools find. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { commandDatabase, temporaryFolder } from '../harness/command.ts'
import { ask, isPostgres } from '../harness/database.ts'

export interface FaultDatabase {
  readonly url: string
  /** The settings with which a server uses it. */
  readonly settings: Readonly<Record<string, string>>
  /** One line for each defect. The database may be in use. */
  defects(): Promise<string[]>
}

/** An empty database, removed after the test. A SQLite file is on a disk, so that a kill can interrupt a write. */
export async function faultDatabase(): Promise<FaultDatabase> {
  const settings = isPostgres
    ? await commandDatabase()
    : { DATABASE_URL: join(temporaryFolder(), 'test.db') }
  const url = settings.DATABASE_URL ?? ''
  const defects = async () => (isPostgres ? await postgresDefectsOf(url) : defectsOf(url))
  return { url, settings, defects }
}

/** The defects of a SQLite file. */
export function defectsOf(file: string): string[] {
  const database = new DatabaseSync(file)
  try {
    const integrity = database.prepare('PRAGMA integrity_check').all()
    const orphans = database.prepare('PRAGMA foreign_key_check').all()
    return [...integrity, ...orphans]
      .map((row) => JSON.stringify(row))
      .filter((row) => row !== '{"integrity_check":"ok"}')
  } finally {
    database.close()
  }
}

/** The defects of a PostgreSQL database: unreadable rows, rows missing in an index, duplicates, and violated foreign keys. */
export async function postgresDefectsOf(url: string): Promise<string[]> {
  const database = { kind: 'postgres', url } as const
  await ask(database, 'create extension if not exists amcheck')
  const foreignKeys = await ask(database, orphanQueries)
  const statements = [corruptRows, ...foreignKeys.map(({ orphans }) => String(orphans))]
  const found = await Promise.all(statements.map((statement) => ask(database, statement)))
  // Throws if an index and its table differ.
  await ask(database, checkedIndexes)
  return found.flat().map((row) => JSON.stringify(row))
}

const ours = "relnamespace = 'public'::regnamespace"
const corruptRows = `
  select relname, bad.* from pg_class, lateral verify_heapam(pg_class.oid) as bad
  where relkind = 'r' and ${ours}`
const checkedIndexes = `
  select bt_index_check(pg_class.oid, heapallindexed => true, checkunique => true) from pg_class
  join pg_am on pg_am.oid = relam where relkind = 'i' and amname = 'btree' and ${ours}`
/** Every foreign key has one column. */
const orphanQueries = `
  select format(
    'select %1$L as foreign_key, %2$I from %3$s where %2$I not in (select %4$I from %5$s)',
    conname, child.attname, conrelid::regclass, parent.attname, confrelid::regclass) as orphans
  from pg_constraint
  join pg_attribute child on child.attrelid = conrelid and child.attnum = conkey[1]
  join pg_attribute parent on parent.attrelid = confrelid and parent.attnum = confkey[1]
  where contype = 'f'`
