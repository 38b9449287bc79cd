/** The own tables, as the database describes them, and the rules that keep them apart from ours. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { InvalidSetting } from '../config/config.ts'
import type { ColumnTypes } from './migrations/column-types.ts'
import { ownPrefix } from './own-data.ts'
import type { Purge } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'

export const ownMigrations = `${ownPrefix}migration`

export interface OwnTable {
  readonly table: string
  readonly key: readonly string[]
  /** The references to rows that a copy may insert later, because they are in the same table or in a later one. */
  readonly forward: readonly string[]
  /** Columns of other types than `text` and `integer` of the migrations, with their types. */
  readonly foreignTypes: readonly string[]
}

interface ColumnRow {
  readonly table: string
  readonly column: string
  readonly type: string
  /** The position in the primary key, from 1 on; 0 if it is not part of the key. */
  readonly key: number
}

interface Reference {
  readonly table: string
  readonly refers: string
  /** Whether it is checked at the commit, not after each row. */
  readonly isDeferred: boolean
}

/** Each table comes after those that it refers to. */
export async function ownTables(
  db: Kysely<Schema>,
  { isSqlite }: ColumnTypes,
): Promise<OwnTable[]> {
  const columns = await (isSqlite ? sqliteColumns : postgresColumns).execute(db)
  const references = await (isSqlite ? sqliteReferences : postgresReferences).execute(db)
  const names = [...new Set(columns.rows.map(({ table }) => table))]
  const ordered = inOrder(names.filter(isOwnTable), references.rows)
  return ordered.map((table, at) => {
    const later = ordered.slice(at)
    const own = columns.rows.filter((each) => each.table === table)
    const inKey = own.filter(({ key }) => key > 0).sort((a, b) => a.key - b.key)
    return {
      table,
      key: inKey.map(({ column }) => column),
      forward: references.rows
        .filter((each) => each.table === table && later.includes(each.refers) && !each.isDeferred)
        .map(({ refers }) => `of ${table} to ${refers}`),
      foreignTypes: own
        .filter(({ type }) => !['text', 'integer'].includes(type.toLowerCase()))
        .map(({ column, type }) => `${table}.${column} (${type})`),
    }
  })
}

const isOwn = (name: string) => name.startsWith(ownPrefix)
const isOwnTable = (name: string) => isOwn(name) && name !== ownMigrations

function inOrder(names: readonly string[], references: readonly Reference[]): string[] {
  const ordered = new Set<string>()
  const add = (table: string, above: readonly string[]) => {
    if (ordered.has(table) || above.includes(table)) return
    for (const { refers } of references.filter((each) => each.table === table))
      if (names.includes(refers)) add(refers, [...above, table])
    ordered.add(table)
  }
  for (const name of [...names].sort()) add(name, [])
  return [...ordered]
}

const sqliteColumns = sql<ColumnRow>`select m.name as "table", c.name as "column", c.type, c.pk as "key"
  from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name like 'app%'`

/** In a copy to SQLite, all are checked at the commit. */
const sqliteReferences = sql<Reference>`select m.name as "table", f."table" as refers, 1 as "isDeferred"
  from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' and m.name like 'app%'`

/** The type of the migrations sorts text by bytes (collation C). */
const postgresColumns = sql<ColumnRow>`select c.relname::text as "table", a.attname::text as "column",
    case when t.typname in ('int8', 'int4') then 'integer'
      when t.typname = 'text' and l.collname <> 'C' then 'text without collate "C"'
      else t.typname::text end as type,
    coalesce(array_position(k.conkey, a.attnum), 0) as "key"
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid left join pg_collation l on l.oid = a.attcollation
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
  where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname like 'app%'`

const postgresReferences = sql<Reference>`select c.relname::text as "table", r.relname::text as refers,
    k.condeferred as "isDeferred"
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class r on r.oid = k.confrelid
  where k.contype = 'f' and c.relnamespace = current_schema()::regnamespace and c.relname like 'app%'`

/** Deletes the rows of own tables whose column, by table, is not later than `now`. */
export async function purgeOwnTables(
  db: Kysely<Schema>,
  types: ColumnTypes,
  expires: Readonly<Record<string, string>>,
  purge: Purge,
  now: UnixMs,
): Promise<void> {
  const named = Object.entries(expires)
  if (named.length === 0) return
  const tables = await ownTables(db, types)
  for (const [table, column] of named) {
    const { key } = tables.find((each) => each.table === table) ?? {}
    if (!key) throw new InvalidSetting(`expires: there is no table ${table}`)
    await purge({ table, key, isExpired: sql<SqlBool>`${sql.ref(column)} <= ${now}` })
  }
}

/** A table, an index or a view: `owner` is the table of an index, and otherwise the same as the name. */
interface DatabaseObject {
  readonly name: string
  readonly owner: string
  readonly definition: string | null
}

/** By name. */
type DatabaseObjects = ReadonlyMap<string, DatabaseObject>

export async function databaseObjects(
  db: Kysely<Schema>,
  { isSqlite }: ColumnTypes,
): Promise<DatabaseObjects> {
  const { rows } = await (isSqlite ? sqliteObjects : postgresObjects).execute(db)
  return new Map(rows.map((row) => [row.name, row]))
}

const sqliteObjects = sql<DatabaseObject>`select name, tbl_name as owner, sql as definition
  from sqlite_master where name not like 'sqlite_%'`

/** A reference to a table adds triggers of PostgreSQL itself (`tgisinternal`) to it. */
const postgresObjects = sql<DatabaseObject>`select c.relname::text as name, coalesce(t.relname, c.relname)::text as owner,
    concat_ws('; ',
      (select string_agg(concat_ws(' ', a.attname, a.atttypid, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)), ', ' order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
      (select string_agg(k.conname::text || pg_get_constraintdef(k.oid), ', ' order by k.conname)
        from pg_constraint k where k.conrelid = c.oid),
      (select string_agg(pg_get_triggerdef(g.oid) || g.tgenabled::text, ', ' order by g.tgname)
        from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal),
      (select string_agg(pg_get_ruledef(r.oid), ', ' order by r.rulename)
        from pg_rewrite r where r.ev_class = c.oid)) as definition
  from pg_class c left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p', 'i', 'I', 'v', 'm', 'S')`

/**
 * What own migrations have changed since `before` must be theirs: everything that they create, change or drop has a name with the
 * reserved prefix, and each of their tables has a primary key. Throws an `InvalidSetting`.
 */
export async function requireOwnChanges(
  db: Kysely<Schema>,
  types: ColumnTypes,
  before: DatabaseObjects,
): Promise<void> {
  const after = await databaseObjects(db, types)
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [old, current] = [before.get(name), after.get(name)]
    if (old?.definition === current?.definition && old?.owner === current?.owner) continue
    const named = current ?? old
    if (!named || (isOwn(named.name) && isOwn(named.owner))) continue
    throw new InvalidSetting(
      `the migrations may change their own tables only: ${name} does not begin with ${ownPrefix}, or belongs to a table that does not`,
    )
  }
  for (const { table, key } of await ownTables(db, types))
    if (key.length === 0) throw new InvalidSetting(`the table ${table} needs a primary key`)
}
