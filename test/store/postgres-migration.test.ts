/** A newer version starts beside running servers, while a long transaction reads a table, as a backup does. */
import type { AddressInfo } from 'node:net'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import type { Database } from '../../src/config/config.ts'
import { postgresTypes } from '../../src/store/migrations/column-types.ts'
import { migrationsWith } from '../../src/store/migrations/list.ts'
import { openStore } from '../../src/store/store.ts'
import { ask, databaseOf } from '../harness/database.ts'
import { nextListening } from '../harness/http-events.ts'
import { testServer } from '../harness/test-server.ts'

/** Reverts the migrations from 0009 on. */
const revert = `
  drop index live_sessions, ended_sessions, audit_events_by_user_and_kind, audit_events_by_actor_and_kind, users_by_email;
  drop index idle_sessions, revoked_tokens_by_expiry, attempts_by_expiry, attempted_passwords_by_expiry, login_addresses_by_expiry;
  drop table outbox, proofs;
  delete from locks where name = 'signing keys';
  alter table sessions drop column rotated_from, drop column successor_number;
  alter table users drop column external_id, drop column email_verified, drop column verified_email_key, drop column locale;
  alter table audit_events drop column user_agent, drop column count;
  delete from kysely_migration where name > '0009'`
const missing = Object.keys(await migrationsWith(postgresTypes)).filter((name) => name > '0009')

async function reader(database: Database): Promise<Client> {
  if (database.kind !== 'postgres') throw new Error('no PostgreSQL')
  const client = new Client({ connectionString: database.url })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('begin')
  await client.query('select count(*) from sessions')
  return client
}

/** Whether a transaction waits for a table of this database. */
async function isBlocked(database: Database): Promise<boolean> {
  const waiting = await ask(
    database,
    `select 1 from pg_locks where not granted and locktype = 'relation'
     and database = (select oid from pg_database where datname = current_database())`,
  )
  return waiting.length > 0
}

it('a migration waits for a table lock without blocking requests, reports it once, and is applied in the end', async () => {
  const server = await testServer()
  onTestFinished(() => server.stop())
  const token = await server.token()
  const { database } = server.services.config
  await ask(database, revert)
  const store = openStore(database)
  onTestFinished(() => store.close())
  const reading = await reader(database)
  const reasons: string[] = []
  const migrated = store.migrate((reason) => reasons.push(reason))
  const statuses = new Set<number>()
  // Until it waits for the table a second time.
  for (const isWaiting of [true, false, true]) {
    const read = async () => {
      const response = server.get('/users/me', token)
      const hasWaiting = await isBlocked(database)
      statuses.add((await response).status)
      return hasWaiting
    }
    await expect.poll(read, { timeout: 20_000, interval: 20 }).toBe(isWaiting)
  }
  expect([...statuses]).toEqual([200])
  expect(reasons).toEqual([expect.stringMatching(/^the migrations wait for /)])

  await reading.query('rollback')
  expect(await migrated).toEqual(missing)
  expect((await server.get('/users/me', token)).status).toBe(200)
})

it('a server that waits for a migration returns 503, in the error format of each operation, and then serves', async () => {
  const before = await testServer()
  onTestFinished(() => before.stop())
  const { database } = before.services.config
  await ask(database, revert)
  const reading = await reader(database)

  const listening = nextListening()
  const settings = { ISSUER: before.url, ...databaseOf(before.services) }
  const starting = testServer({ settings, empty: true })
  const { port } = (await listening).address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const signal = AbortSignal.timeout(10_000)
  const [problem, unknown, oauthError] = await Promise.all([
    fetch(`${url}/readyz`, { signal }),
    fetch(`${url}/nowhere?x=1`, { signal }),
    fetch(`${url}/token?x=1`, {
      method: 'POST',
      body: new URLSearchParams({ username: 'a' }),
      signal,
    }),
  ])
  for (const response of [problem, unknown, oauthError]) {
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect(response.headers.get('cache-control')).toBe('no-store')
  }
  const starting503 = {
    status: 503,
    code: 'temporarily_unavailable',
    detail: 'The server is starting',
  }
  expect(await problem.json()).toMatchObject(starting503)
  expect(await unknown.json()).toMatchObject(starting503)
  expect(await oauthError.json()).toEqual({
    error: 'temporarily_unavailable',
    error_description: 'The server is starting',
  })

  // It has waited once, and reported it.
  for (const isWaiting of [true, false])
    await expect.poll(() => isBlocked(database), { interval: 20 }).toBe(isWaiting)
  await reading.query('rollback')
  const server = await starting
  onTestFinished(() => server.stop())
  expect((await server.get('/readyz')).status).toBe(200)
  expect(server.log()).toContain('the migrations wait for')
})
