/** Sessions that begin while the account or the client is changed: they wait, and see the change. */
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { digest } from '../../src/keys/secrets.ts'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { grantTypes } from '../../src/oauth/grants.ts'
import { beginSession } from '../../src/oauth/sessions.ts'
import { addAccount } from '../harness/accounts.ts'
import { ask } from '../harness/database.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

it.each([
  ['the account is changed', 'update users set version = version + 1 where user_id = $1', 0],
  ['the account is deleted', 'delete from users where user_id = $1', 0],
  ['the client is disabled', 'update clients set disabled = 1 where client_id = $1', 0],
  ['the client is deleted', 'delete from clients where client_id = $1', 0],
  ['the client gets other scopes', "update clients set scopes = '' where client_id = $1", 1],
])('a session waits while %s [D7, B4]', async (_, change, sessions) => {
  const { store, config } = server.services
  const userId = await addAccount(server, { username: `of ${change}` })
  const user = await store.users.byId(userId)
  if (!user) throw new Error('no account')
  const client = { ...firstPartyClient, clientId: `of ${change}`, secretHash: digest('x') }
  await store.clients.add({ ...client, grants: grantTypes })
  const login = {
    user,
    client: { ...client, grants: grantTypes },
    scopes: [],
    context: { headers: {}, ip: undefined },
  }
  const other = new Client({
    connectionString: config.database.kind === 'postgres' ? config.database.url : '',
  })
  await other.connect()
  await other.query('begin')
  await other.query(change, [change.includes('users') ? userId : client.clientId])
  const begun = beginSession(server.services, login)
  await expect.poll(() => ask(config.database, waiting)).toHaveLength(1)
  await other.query('commit')
  await other.end()
  expect((await begun) !== undefined).toBe(sessions === 1)
  const rows = await ask(config.database, `select 1 from sessions where user_id = '${userId}'`)
  expect(rows).toHaveLength(sessions)
})

const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
