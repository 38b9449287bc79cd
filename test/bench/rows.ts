/** `npm run bench:rows`: the bytes that a row of each table takes on disk with its indexes, on both stores, and what logins take. */

import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { newUser } from '../../src/accounts/new-user.ts'
import { readConfig } from '../../src/config/config.ts'
import { productOf } from '../../src/create-server.ts'
import { newId, newSecret } from '../../src/keys/secrets.ts'
import { tessera } from '../../src/main.ts'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { beginSession } from '../../src/oauth/sessions.ts'
import { closeServices, openServices, type Services } from '../../src/services.ts'
import { startPostgres } from '../harness/embedded-postgres.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

/** The accounts. Of each other table there are ten rows per account, of the audit trail thirty. */
const accounts = 1000
const passwordHash = `hmac-sha384:none:$2b$12$${'x'.repeat(53)}`
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

const tables = [
  'users',
  'sessions',
  'audit_events',
  'items',
  'revoked_tokens',
  'login_addresses',
  'attempts',
  'attempted_passwords',
  'proofs',
  'outbox',
] as const
/** Bytes per row, by table. */
type Sizes = ReadonlyMap<string, number>

/** Writes rows with the functions of the server. */
async function fill(services: Services): Promise<void> {
  const { store, audit, now, scopes } = services
  const users = Array.from({ length: accounts }, (_, at) => {
    const username = `user-number-${at}`
    const profile = { email: `${username}@example.com`, fullName: `User Number ${at}` }
    return newUser({ username, ...profile, passwordHash, scopes: scopes.slice(0, 4) }, now())
  })
  await inParallel(users, (user) => store.users.add(user))
  await inParallel(
    users.flatMap((user) => Array.from({ length: 10 }, (_, at) => ({ user, at }))).sort(shuffled),
    async ({ user, at }) => {
      const { userId } = user
      const [address, end] = [`203.0.113.${at}`, now() + 900_000]
      const http = Object.assign(new IncomingMessage(new Socket()), { ip: address })
      http.headers['user-agent'] = userAgent
      const login = { user, client: firstPartyClient, scopes: user.scopes, context: http }
      const begun = await beginSession(services, login)
      const sessionId = begun?.session.sessionId ?? ''
      await store.attempts.succeed({ resetKeys: [], address: newSecret(), addressExpiresAt: end })
      const password = { key: newSecret(), mac: 'abcd' }
      const failure = { keys: [newSecret()], keysIfRepeated: [], password, now: now() }
      const failed = { userId, clientId: 'tessera', address, detail: 'wrong password' }
      await store.attempts.fail({ ...failure, expiresAt: end }, audit.event('login_failed', failed))
      const revoked = { userId, clientId: 'tessera', sessionId, address }
      await store.sessions.revokeToken(newId('t'), end, audit.event('token_revoked', revoked))
      const proofId = newId('pr')
      const { email = '' } = user
      const times = { createdAt: now(), expiresAt: end }
      await store.proofs.add({ proofId, kind: 'password_reset', userId, email, ...times })
      const notice = audit.event('login', { userId, clientId: 'tessera', address, userAgent })
      await store.mails.add({ kind: 'notice', event: notice }, now())
      await store.items.add({
        ownerId: userId,
        itemId: `item-${at}`,
        title: 'The title of an item',
        description: 'A description of this item, as a person writes it.',
        createdAt: now(),
        version: 1,
      })
    },
  )
}

const shuffled = () => Math.random() - 0.5

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>) {
  const rest = items.values()
  const worker = async () => {
    for (const item of rest) await work(item)
  }
  await Promise.all(Array.from({ length: 8 }, worker))
}

async function fillDatabase(settings: Readonly<Record<string, string>>): Promise<void> {
  const fixed = { SECRET_KEY: 'x'.repeat(32), LOG_LEVEL: 'silent' }
  const config = readConfig({ ...fixed, ...settings })
  const services = await openServices({
    config,
    product: productOf(tessera),
    issuer: 'http://127.0.0.1',
  })
  await fill(services)
  await closeServices(services)
}

async function sizesOnSqlite(): Promise<Sizes> {
  const file = join(volatileFolder('tessera-rows-'), 'rows.db')
  await fillDatabase({ DATABASE_URL: file })
  const database = new DatabaseSync(file)
  const read = (sql: string) => Number(Object.values(database.prepare(sql).get() ?? {})[0])
  const sizes = new Map<string, number>()
  for (const table of tables) {
    const names = `select name from sqlite_schema where tbl_name = '${table}'`
    const bytes = read(`select sum(pgsize) from dbstat where name in (${names})`)
    sizes.set(table, bytes / read(`select count(*) from ${table}`))
  }
  database.close()
  return sizes
}

async function sizesOnPostgres(): Promise<Sizes> {
  const postgres = await startPostgres()
  await fillDatabase({ DATABASE_URL: postgres.url })
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const read = async (sql: string) => Number(Object.values((await client.query(sql)).rows[0])[0])
  const sizes = new Map<string, number>()
  for (const table of tables) {
    await client.query(`vacuum ${table}`)
    const bytes = await read(`select pg_total_relation_size('${table}')`)
    sizes.set(table, bytes / (await read(`select count(*) from ${table}`)))
  }
  await client.end()
  await postgres.remove()
  return sizes
}

/** What logins leave: the event, the session until its idle end, and the network. At most, if no two logins share a network. */
const kept = [
  ['audit_events', 365],
  ['audit_events', 90],
  ['audit_events', 30],
  ['sessions', 14],
  ['login_addresses', 30],
] as const

function report(sqlite: Sizes, postgres: Sizes): string {
  const bytes = (sizes: Sizes, table: string) => sizes.get(table) ?? Number.NaN
  const gigabytes = (sizes: Sizes, table: string, days: number) =>
    [1, 10].map((rate) => ((rate * days * 86_400 * bytes(sizes, table)) / 1e9).toFixed(1))
  return [
    '| table | SQLite | PostgreSQL |\n|---|--:|--:|',
    ...tables.map((table) => {
      const [one, other] = [sqlite, postgres].map((sizes) => Math.round(bytes(sizes, table)))
      return `| \`${table}\` | ${one} | ${other} |`
    }),
    '\n| GB kept at 1 and 10 logins/s | SQLite | PostgreSQL |\n|---|--:|--:|',
    ...kept.map(([table, days]) => {
      const [one, other] = [sqlite, postgres].map((sizes) =>
        gigabytes(sizes, table, days).join(', '),
      )
      return `| \`${table}\`, ${days} days | ${one} | ${other} |`
    }),
  ].join('\n')
}

process.stdout.write(`${report(await sizesOnSqlite(), await sizesOnPostgres())}\n`)
