/** The database of a server on a bad day, of the kind that the run is about, and what its own tools find wrong in it. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { commandDatabase, temporaryFolder } from '../harness/command.ts'
import { ask, isPostgres } from '../harness/database.ts'

export interface FaultDatabase {
  readonly url: string
  /** What tells a server of it. */
  readonly settings: Readonly<Record<string, string>>
  /** A line for each. It may be in use. */
  defects(): Promise<string[]>
}

/** An empty one, which goes with the test. A SQLite file lies on the disk: what is killed may be waiting for it. */
export async function faultDatabase(): Promise<FaultDatabase> {
  const settings = isPostgres
    ? await commandDatabase()
    : { DATABASE_URL: join(temporaryFolder(), 'test.db') }
  const url = settings.DATABASE_URL ?? ''
  const defects = async () => (isPostgres ? await postgresDefectsOf(url) : defectsOf(url))
  return { url, settings, defects }
}

/** Of an SQLite file. */
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

/** Of a PostgreSQL: that each row can be read, is in each index of its table, once where it must be, and has its user. */
export async function postgresDefectsOf(url: string): Promise<string[]> {
  const database = { kind: 'postgres', url } as const
  await ask(database, 'create extension if not exists amcheck')
  const foreignKeys = await ask(database, orphansOfEachKey)
  const statements = [badRows, ...foreignKeys.map(({ orphans }) => String(orphans))]
  const found = await Promise.all(statements.map((statement) => ask(database, statement)))
  // Throws where an index is not as its table is.
  await ask(database, checkedIndexes)
  return found.flat().map((row) => JSON.stringify(row))
}

const ours = "relnamespace = 'public'::regnamespace"
const badRows = `
  select relname, bad.* from pg_class, lateral verify_heapam(pg_class.oid) as bad
  where relkind = 'r' and ${ours}`
const checkedIndexes = `
  select bt_index_check(pg_class.oid, heapallindexed => true, checkunique => true) from pg_class
  join pg_am on pg_am.oid = relam where relkind = 'i' and amname = 'btree' and ${ours}`
/** Each is of one column. */
const orphansOfEachKey = `
  select format(
    'select %1$L as foreign_key, %2$I from %3$s where %2$I not in (select %4$I from %5$s)',
    conname, child.attname, conrelid::regclass, parent.attname, confrelid::regclass) as orphans
  from pg_constraint
  join pg_attribute child on child.attrelid = conrelid and child.attnum = conkey[1]
  join pg_attribute parent on parent.attrelid = confrelid and parent.attnum = confkey[1]
  where contype = 'f'`
