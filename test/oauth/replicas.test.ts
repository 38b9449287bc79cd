/** One server has accepted and cached tokens; then a different server changes the state. */
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  addAccount,
  changePasswordOf,
  defaultPassword,
  disableAccount,
  removeAccount,
} from '../harness/accounts.ts'
import { ask } from '../harness/database.ts'
import { expectInvalidToken, expectProblem } from '../harness/error-responses.ts'
import { type Replicas, replicas, sharedIssuer } from '../harness/replicas.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

const username = 'traveller'

/** Two servers, and the tokens of an account that both have just accepted. */
async function traveling(): Promise<Replicas & { access: string; refresh: string }> {
  const both = await replicas()
  await addAccount(both.first, { username })
  const pair = await loginPair(both.second, { username, password: defaultPassword })
  for (const server of [both.first, both.second]) {
    expect((await server.get('/users/me', pair.access)).status).toBe(200)
  }
  return { ...both, ...pair }
}

const refused = (response: Response) => expectInvalidToken({ url: sharedIssuer }, response)

describe('the next request to a different server', () => {
  it.each(['access', 'refresh'] as const)(
    'is rejected if the %s token was revoked [D7, G1, G2]',
    async (kind) => {
      const { first, second, ...pair } = await traveling()
      expect((await postForm(first, '/revoke', { token: pair[kind] })).status).toBe(200)
      await refused(await second.get('/users/me', pair.access))
    },
  )

  it('is rejected if the user was deleted [D7]', async () => {
    const { first, second, access } = await traveling()
    await removeAccount(first, username)
    await refused(await second.get('/users/me', access))
  })

  it('is rejected if a new user has the name of the deleted one [D7]', async () => {
    const { first, second, access } = await traveling()
    await removeAccount(first, username)
    await addAccount(first, { username })
    await refused(await second.get('/users/me', access))
  })

  it('is rejected if the user was disabled [D7, S8]', async () => {
    const { first, second, access } = await traveling()
    await disableAccount(first, username)
    await expectProblem(await second.get('/users/me', access), 400, 'inactive_user')
  })

  it('is rejected if the password was changed [D7]', async () => {
    const { first, second, access } = await traveling()
    const passwordHash = await first.services.passwords.hash('another one, as long')
    await changePasswordOf(first, username, passwordHash)
    await refused(await second.get('/users/me', access))
  })

  it('is rejected if the session has ended [D7]', async () => {
    const { first, second, access } = await traveling()
    const { sid, sub: userId = '' } = decodeJwt(access)
    const { store, audit, now } = first.services
    const session = { userId, sessionId: String(sid) }
    await store.sessions.end(session, now(), audit.event('session_ended', session))
    await refused(await second.get('/users/me', access))
  })

  it('is accepted if the user was renamed: sub is the id, which does not change [E6]', async () => {
    const { first, second, access } = await traveling()
    await ask(
      first.services.config.database,
      `update users set username = 'settler', username_key = 'settler' where username = '${username}'`,
    )
    const me = JSON.parse(await (await second.get('/users/me', access)).text())
    expect(me).toMatchObject({ username: 'settler', user_id: decodeJwt(access).sub })
    const renamed = await second.token({ username: 'settler', password: defaultPassword })
    expect(decodeJwt(renamed).sub).toBe(decodeJwt(access).sub)
  })
})
