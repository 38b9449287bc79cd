/** Changes of the account or the client during a login. */
import { hashSync } from 'bcrypt'
import { afterEach, describe, expect, it } from 'vitest'
import { digest } from '../../../src/keys/secrets.ts'
import { firstPartyClient } from '../../../src/oauth/clients.ts'
import { grantTypes } from '../../../src/oauth/grants.ts'
import {
  addAccount,
  changePasswordOf,
  defaultPassword,
  disableAccount,
  removeAccount,
} from '../../harness/accounts.ts'
import { ask } from '../../harness/database.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { afterHashing } from '../../harness/hashes.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverOf(username: string): Promise<TestServer> {
  const server = await testServer({ empty: true })
  running.push(server)
  await addAccount(server, { username })
  return server
}

/** Runs the change just before the session begins. */
function beforeTheSession(
  { services: { store } }: TestServer,
  change: () => Promise<unknown>,
): void {
  const { add } = store.sessions
  store.sessions.add = async (...session) => {
    await change()
    return add(...session)
  }
}

const moments = [
  ['while the password is hashed', afterHashing],
  ['before the session begins', beforeTheSession],
] as const

describe.each(moments)('POST /token with a change %s', (_moment, during) => {
  it('rejects a password that was changed [S3, D7]', async () => {
    const server = await serverOf('anna')
    const passwordHash = await server.services.passwords.hash('another one')
    during(server, () => changePasswordOf(server, 'anna', passwordHash))
    const login = server.login({ username: 'anna', password: defaultPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
    expect(server.log()).toContain('"cause":"account changed during the login"')
  })

  it('does not log in to a different account that was given the name [S3, D7]', async () => {
    const server = await serverOf('anna')
    const passwordHash = await server.services.passwords.hash('another one')
    during(server, async () => {
      await removeAccount(server, 'anna')
      await addAccount(server, { username: 'anna', passwordHash })
    })
    const login = server.login({ username: 'anna', password: defaultPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
  })

  it('does not log in to an account that was disabled [S9]', async () => {
    const server = await serverOf('anna')
    during(server, () => disableAccount(server, 'anna'))
    const login = server.login({ username: 'anna', password: defaultPassword })
    await expectOAuthError(await login, 400, 'invalid_grant')
  })
})

const changes: readonly (readonly [string, (server: TestServer) => Promise<unknown>])[] = [
  [
    'is disabled',
    ({ services: { store, audit, now } }) =>
      store.clients.disable('shop', now(), audit.event('client_disabled', { clientId: 'shop' })),
  ],
  [
    'gets a new secret',
    ({ services: { store, audit } }) => {
      const event = audit.event('client_secret_rotated', { clientId: 'shop' })
      return store.clients.replaceSecret('shop', digest('of tomorrow'), event)
    },
  ],
  ['is deleted', (server) => askOf(server, "delete from clients where client_id = 'shop'")],
  ['loses the grant', (server) => askOf(server, "update clients set grants = ''")],
]
const askOf = ({ services }: TestServer, sql: string) => ask(services.config.database, sql)

describe.each(changes)('POST /token while its client %s', (how, change) => {
  it.each(moments)('begins no session (%s) [B4, B6]', async (_moment, during) => {
    const server = await serverOf('anna')
    const { store } = server.services
    await store.clients.add({
      ...firstPartyClient,
      clientId: 'shop',
      secretHash: digest('of today'),
      grants: grantTypes,
    })
    during(server, () => change(server))
    const client = { client_id: 'shop', client_secret: 'of today' }
    const response = await server.login({ username: 'anna', password: defaultPassword, ...client })
    const isRefused = how === 'loses the grant'
    await expectOAuthError(
      response,
      isRefused ? 400 : 401,
      isRefused ? 'unauthorized_client' : 'invalid_client',
    )
    expect(await askOf(server, 'select * from sessions')).toEqual([])
  })
})

describe('POST /token while an old hash is renewed', () => {
  it('does not overwrite a password that was changed [S3, I3]', async () => {
    const server = await testServer({ empty: true })
    running.push(server)
    await addAccount(server, { username: 'anna', passwordHash: hashSync(defaultPassword, 4) })
    const passwordHash = await server.services.passwords.hash('another one')
    afterHashing(server, () => changePasswordOf(server, 'anna', passwordHash))
    const login = server.login({ username: 'anna', password: defaultPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
    const user = await server.services.store.users.byName('anna')
    expect(user?.passwordHash).toBe(passwordHash)
  })
})
