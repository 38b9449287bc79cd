import { DatabaseSync } from 'node:sqlite'
import { Kysely, type SqlBool, sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Database, readConfig } from '../../src/config/config.ts'
import { purgeExpired } from '../../src/serving/housekeeping.ts'
import { openPool, postgresDialect } from '../../src/store/postgres.ts'
import { type Expired, purgeWith } from '../../src/store/purge.ts'
import { nextRows } from '../../src/store/purge-batches.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openSqlite, sqliteDialect } from '../../src/store/sqlite.ts'
import { openStore } from '../../src/store/store.ts'
import { commandDatabase } from '../harness/command.ts'
import { ask, isPostgres, whileLocked } from '../harness/database.ts'
import { recordStatements } from '../harness/statements.ts'
import { testServer } from '../harness/test-server.ts'

interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
}

interface RecordedDatabase {
  readonly database: Database
  readonly db: Kysely<Schema>
  readonly statements: Statement[]
}

/** A database that records its statements. */
async function recordedDatabase(): Promise<RecordedDatabase> {
  const { database } = readConfig(await commandDatabase())
  const store = openStore(database)
  await store.migrate()
  await store.close()
  const statements: Statement[] = []
  const dialect =
    database.kind === 'sqlite'
      ? sqliteDialect(openSqlite(database.file))
      : postgresDialect(openPool(database.url, { maxConnections: 1, requestTimeouts: true }))
  const db = new Kysely<Schema>({ dialect, log: ({ query }) => void statements.push(query) })
  onTestFinished(() => db.destroy())
  return { database, db, statements }
}

const row = (n: number) => ({ key: `k${n % 7}`, mac: `m${n}`, expires_at: n })

/** Rows with the same key differ in the rest of the primary key. */
async function addRows(db: Kysely<Schema>, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => row(n))
  for (let at = 0; at < count; at += 1000)
    await db
      .insertInto('attempted_passwords')
      .values(rows.slice(at, at + 1000))
      .execute()
}

const passwords = (expiry: number): Expired => ({
  table: 'attempted_passwords',
  key: ['key', 'mac'],
  isExpired: sql<SqlBool>`expires_at < ${expiry}`,
})

const rowsIn = (db: Kysely<Schema>) =>
  db.selectFrom('attempted_passwords').selectAll().orderBy('expires_at').execute()

describe('purge', () => {
  it('deletes expired rows, first a few, then at most twice as many as before, and no other rows [J11]', async () => {
    const { db, statements } = await recordedDatabase()
    await addRows(db, 2_502)
    statements.length = 0
    await purgeWith(db)(passwords(2_500))
    const limits = statements.map(({ parameters }) => Number(parameters.at(-1)))
    expect(limits.length).toBeGreaterThan(5)
    for (const [at, limit] of limits.entries()) {
      expect(limit).toBeGreaterThanOrEqual(50)
      expect(limit).toBeLessThanOrEqual(at === 0 ? 50 : 2 * (limits[at - 1] ?? 0))
    }
    expect(await rowsIn(db)).toEqual([row(2_500), row(2_501)])
  })

  it.each([
    ['as many rows as fit into 10 ms', 400, 20, 200],
    ['at most twice as many rows', 100, 0.1, 200],
    ['at most 1,000 rows', 900, 1, 1000],
    ['at least 50 rows, if the commit alone is slow', 80, 400, 50],
  ])('deletes in the next statement %s', (_what, rows, ms, next) => {
    expect(nextRows(rows, ms)).toBe(next)
  })

  it.skipIf(isPostgres)('writes to a SQLite file in a thread of its own [J11]', async () => {
    const server = await testServer()
    onTestFinished(() => server.stop())
    const { config } = server.services
    await ask(config.database, expiredAttempts(10_000))
    const statements = recordStatements()
    await purgeExpired(server.services)
    const deletions = statements().filter((text) => /\bdelete from\b/.test(text))
    // The purge of the start may still run.
    expect([...new Set(deletions)]).toEqual(['delete from "signing_keys" where "retires_at" <= ?'])
    expect(await ask(config.database, 'select * from attempts')).toEqual([])
  })

  it.runIf(isPostgres)('waits for no row that another transaction has locked', async () => {
    const { database, db } = await recordedDatabase()
    await addRows(db, 50)
    const rowsOf = { table: "attempted_passwords where key = 'k0'", count: 8 }
    await whileLocked(database, rowsOf.table, () => purgeWith(db)(passwords(50)))
    expect(await rowsIn(db)).toHaveLength(rowsOf.count)
  })

  it.skipIf(isPostgres)('finds the rows of every table with an index [J11]', async () => {
    const { database, statements } = await purgedDatabase()
    const file = new DatabaseSync(database.kind === 'sqlite' ? database.file : '')
    onTestFinished(() => file.close())
    const deletions = statements.filter((text) => /\bdelete from\b/.test(text))
    expect(deletions.length).toBeGreaterThan(7)
    const tables = deletions.map((text) => /delete from "(\w+)"/.exec(text)?.[1] ?? '')
    const scans = deletions.flatMap((text, at) =>
      file
        .prepare(`explain query plan ${text}`)
        .all()
        .map(({ detail }) => `${tables[at]}: ${detail}`)
        .filter((step) => /: SCAN /.test(step) && !step.endsWith('SCAN batch')),
    )
    // A database has a few signing keys.
    expect([...new Set(scans)]).toEqual(['signing_keys: SCAN signing_keys'])
  })
})

/** The statements of a purge of every table, recorded in a database in memory, whose purge has no thread. */
async function purgedDatabase(): Promise<{ database: Database; statements: string[] }> {
  const server = await testServer()
  const store = openStore({ kind: 'sqlite', file: ':memory:' })
  onTestFinished(async () => {
    await server.stop()
    await store.close()
  })
  await store.migrate()
  const statements = recordStatements()
  await purgeExpired({ ...server.services, store })
  return { database: server.services.config.database, statements: statements() }
}

const expiredAttempts = (
  count: number,
) => `insert into attempts (key, failures, expires_at, reported)
  with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count})
  select 'k' || n, 1, 0, 0 from numbers`

it('a server starts and stops before the purge has ended', async () => {
  const settings = await commandDatabase()
  const { database } = readConfig(settings)
  const left = async () => {
    const [row] = await ask(database, 'select count(*) as count from attempts')
    return Number(row?.count)
  }
  await (await testServer({ settings, empty: true })).stop()
  await ask(database, expiredAttempts(5_000))
  const server = await testServer({ settings, empty: true })
  const atStart = await left()
  await server.stop()
  expect(atStart).toBeGreaterThan(0)
  expect(server.log()).not.toContain('was not removed')
  const next = await testServer({ settings, empty: true })
  onTestFinished(() => next.stop())
  await expect.poll(left, { timeout: 30_000 }).toBe(0)
})
