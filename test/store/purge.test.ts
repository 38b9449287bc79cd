import { Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { openPool, postgresDialect } from '../../src/store/postgres.ts'
import { purge } from '../../src/store/purge.ts'
import type { Schema } from '../../src/store/schema.ts'
import { openSqlite, sqliteDialect } from '../../src/store/sqlite.ts'
import { openStore } from '../../src/store/store.ts'
import { commandDatabase } from '../harness/command.ts'
import { ask } from '../harness/database.ts'
import { testServer } from '../harness/test-server.ts'

/** A database that records its statements. */
async function recordedDatabase(): Promise<{ db: Kysely<Schema>; statements: string[] }> {
  const { database } = readConfig(await commandDatabase())
  const store = openStore(database)
  await store.migrate()
  await store.close()
  const statements: string[] = []
  const dialect =
    database.kind === 'sqlite'
      ? sqliteDialect(openSqlite(database.file))
      : postgresDialect(openPool(database.url, { maxConnections: 1, requestTimeouts: true }))
  const db = new Kysely<Schema>({ dialect, log: ({ query }) => void statements.push(query.sql) })
  onTestFinished(() => db.destroy())
  return { db, statements }
}

it('deletes expired rows in batches, and no other rows', async () => {
  const { db, statements } = await recordedDatabase()
  // Rows with the same key differ in the rest of the primary key.
  const row = (n: number) => ({ key: `k${n % 7}`, mac: `m${n}`, expires_at: n })
  const rows = Array.from({ length: 2_502 }, (_, n) => row(n))
  for (const half of [rows.slice(0, 1_251), rows.slice(1_251)])
    await db.insertInto('attempted_passwords').values(half).execute()
  statements.length = 0
  await purge(db, 'attempted_passwords', ['key', 'mac'], sql`expires_at < ${2_500}`)
  expect(statements.length).toBe(4)
  const left = db.selectFrom('attempted_passwords').selectAll().orderBy('expires_at')
  expect(await left.execute()).toEqual([row(2_500), row(2_501)])
})

const manyExpired = `insert into attempts (key, failures, expires_at, reported)
  with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 100000)
  select 'k' || n, 1, 0, 0 from numbers`

it('a server starts and stops before the purge has ended', async () => {
  const settings = await commandDatabase()
  const { database } = readConfig(settings)
  const left = async () => {
    const [row] = await ask(database, 'select count(*) as count from attempts')
    return Number(row?.count)
  }
  await (await testServer({ settings, empty: true })).stop()
  await ask(database, manyExpired)
  const server = await testServer({ settings, empty: true })
  const atStart = await left()
  await server.stop()
  expect(atStart).toBeGreaterThan(0)
  expect(server.log()).not.toContain('was not removed')
  const next = await testServer({ settings, empty: true })
  onTestFinished(() => next.stop())
  await expect.poll(left, { timeout: 30_000 }).toBe(0)
})
