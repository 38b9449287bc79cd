/** Sessions that begin while the account or the client is changed: they wait, and see the change. */
import { Client } from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TokenResponse } from '../../generated/api.ts'
import { digest } from '../../src/keys/secrets.ts'
import { firstPartyClient } from '../../src/oauth/clients.ts'
import { grantTypes } from '../../src/oauth/grants.ts'
import { beginSession } from '../../src/oauth/sessions.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { ask } from '../harness/database.ts'
import { rotateKeys } from '../harness/key-rotation.ts'
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

it('a login that waits signs with the key of the moment at which it goes on [E5]', async () => {
  const { store, config, now } = server.services
  const username = 'waits for a key'
  const userId = await addAccount(server, { username })
  const retired = await store.signingKeys.list()
  const other = await lockedAccount(userId)
  const answer = server.login({ username, password: defaultPassword })
  await expect.poll(() => ask(config.database, waiting)).toHaveLength(1)
  await rotateKeys(server, 0)
  for (const { kid } of retired) await store.signingKeys.retire(kid, now())
  await other.query('commit')
  await other.end()
  const { access_token }: TokenResponse = JSON.parse(await (await answer).text())
  expect((await server.get('/users/me', access_token)).status).toBe(200)
})

async function lockedAccount(userId: string): Promise<Client> {
  const { database } = server.services.config
  const client = new Client({ connectionString: database.kind === 'postgres' ? database.url : '' })
  await client.connect()
  await client.query('begin')
  await client.query('select 1 from users where user_id = $1 for update', [userId])
  return client
}

const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
