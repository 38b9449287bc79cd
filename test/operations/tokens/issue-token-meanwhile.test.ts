/** What happens to the account while its password is hashed, and after that. */
import { hashSync } from 'bcrypt'
import { afterEach, describe, expect, it } from 'vitest'
import {
  addAccount,
  changePasswordOf,
  disableAccount,
  removeAccount,
  usualPassword,
} from '../../harness/accounts.ts'
import { expectOAuthError } from '../../harness/error-answers.ts'
import { afterHashing } from '../../harness/meanwhile.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverOf(username: string): Promise<TestServer> {
  const server = await testServer({ empty: true })
  running.push(server)
  await addAccount(server, { username })
  return server
}

/** The change comes when nothing is left to do but to begin the session. */
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
  ['hashed', afterHashing, 400],
  ['answered', beforeTheSession, 401],
] as const

describe.each(moments)('POST /token while it is %s', (_moment, meanwhile, inactive) => {
  it('S3, D7 takes no password that has been changed', async () => {
    const server = await serverOf('anna')
    const passwordHash = await server.services.passwords.hash('another one')
    meanwhile(server, () => changePasswordOf(server, 'anna', passwordHash))
    const login = server.login({ username: 'anna', password: usualPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
  })

  it('S3, D7 does not open the account of another who was given the name', async () => {
    const server = await serverOf('anna')
    const passwordHash = await server.services.passwords.hash('another one')
    meanwhile(server, async () => {
      await removeAccount(server, 'anna')
      await addAccount(server, { username: 'anna', passwordHash })
    })
    const login = server.login({ username: 'anna', password: usualPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
  })

  it('S9 opens no account that has been disabled', async () => {
    const server = await serverOf('anna')
    meanwhile(server, () => disableAccount(server, 'anna'))
    const login = server.login({ username: 'anna', password: usualPassword })
    await expectOAuthError(await login, inactive, 'invalid_grant')
  })
})

describe('POST /token while an old hash is renewed', () => {
  it('S3, I3 leaves a password that has been changed as it is', async () => {
    const server = await testServer({ empty: true })
    running.push(server)
    await addAccount(server, { username: 'anna', passwordHash: hashSync(usualPassword, 4) })
    const passwordHash = await server.services.passwords.hash('another one')
    afterHashing(server, () => changePasswordOf(server, 'anna', passwordHash))
    const login = server.login({ username: 'anna', password: usualPassword })
    await expectOAuthError(await login, 401, 'invalid_grant')
    const user = await server.services.store.users.byName('anna')
    expect(user?.passwordHash).toBe(passwordHash)
  })
})
