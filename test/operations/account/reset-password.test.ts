import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ProofRow } from '../../../src/store/proofs.ts'
import {
  changeAccount,
  changePasswordOf,
  disableAccount,
  removeAccount,
} from '../../harness/accounts.ts'
import { callAs } from '../../harness/call.ts'
import {
  expectInvalidToken,
  expectOAuthError,
  expectProblem,
} from '../../harness/error-responses.ts'
import { addProof } from '../../harness/mailed-proofs.ts'
import { refresh } from '../../harness/refreshing.ts'
import { recordStatementsOn } from '../../harness/statements.ts'
import { type TestServer, type TestServerOptions, testServer } from '../../harness/test-server.ts'
import { eventsOf, testUser } from '../../harness/test-user.ts'
import { volatileFolder } from '../../harness/volatile-folder.ts'

const serverWith = (settings: TestServerOptions['settings'] = {}) =>
  testServer({ settings: { MAIL_DIR: volatileFolder('mails-'), ...settings } })

let server: TestServer
beforeAll(async () => {
  server = await serverWith({ LOGIN_MAX_FAILURES: '1000' })
  // The mails stay in the outbox: who sends them reads the same tables.
  const idle = { oldestAt: undefined, isDue: false }
  Object.assign(server.services.store.mails, { state: async () => idle })
})
afterAll(() => server.stop())

const password = 'a password that is long enough'

const reset = (requestId: string, proof: string, new_password = password, of = server) =>
  callAs(of)('POST', '/password-resets/completion', { request_id: requestId, proof, new_password })

async function userWithProof(of = server, kind: ProofRow['kind'] = 'password_reset') {
  const user = await testUser(of)
  const email = `${user.username}@example.com`
  await changeAccount(of, user.username, { email })
  return { ...user, ...(await addProof(of, user.userId, { kind, email })) }
}

describe('POST /password-resets/completion returns 204', () => {
  it.each(['secret', 'code'] as const)(
    'sets the password by the %s, once, and ends every session [K64, K67]',
    async (form) => {
      const user = await userWithProof()
      const { userId, login, token, refreshToken, requestId } = user
      const done = await reset(requestId, user[form])
      expect([done.status, done.headers.get('cache-control')]).toEqual([204, 'no-store'])
      await expectInvalidToken(server, await server.get('/users/me', token))
      await expectOAuthError(await refresh(server, refreshToken), 400, 'invalid_grant')
      await expectOAuthError(await server.login(login), 401, 'invalid_grant')
      expect((await server.login({ ...login, password })).status).toBe(200)
      for (const proof of [user.secret, user.code])
        await expectProblem(await reset(requestId, proof), 403, 'invalid_proof')
      const account = await server.services.store.users.byId(userId)
      expect(account?.emailVerified).toBe(true)
      expect((await eventsOf(server, userId)).at(2)).toMatchObject({
        kind: 'password_changed',
        detail: 'reset by mail',
      })
    },
  )

  it('with a code in any spelling, also after four wrong ones [K64]', async () => {
    const { requestId, code } = await userWithProof()
    for (let wrong = 0; wrong < 4; wrong++)
      await expectProblem(await reset(requestId, 'AAAA-AAAA'), 403, 'invalid_proof')
    const typed = ` ${code.toLowerCase().replace('-', ' ')} `
    expect((await reset(requestId, typed)).status).toBe(204)
  })

  it('for an invitation [K64]', async () => {
    const { login, requestId, secret } = await userWithProof(server, 'invitation')
    expect((await reset(requestId, secret)).status).toBe(204)
    expect((await server.login({ ...login, password })).status).toBe(200)
  })

  it('and forgets the failed logins of the name: it can log in at once [K67]', async () => {
    const few = await serverWith({ LOGIN_MAX_FAILURES: '2', TRUST_PROXY: '127.0.0.1' })
    const { login, requestId, secret } = await userWithProof(few)
    const guess = (n: number) => few.login({ ...login, password: `wrong ${n}` })
    for (let n = 0; n < 2; n++) expect((await guess(n)).status).toBe(401)
    expect((await guess(2)).status).toBe(429)
    expect((await reset(requestId, secret, password, few)).status).toBe(204)
    expect((await few.login({ ...login, password })).status).toBe(200)
    await few.stop()
  })
})

describe('POST /password-resets/completion returns 204', () => {
  it('and forgets the failed logins with the address, too [K67]', async () => {
    const few = await serverWith({ LOGIN_MAX_FAILURES: '2', LOGIN_WITH: 'username,email' })
    const { userId, username } = await testUser(few)
    const email = `${username}@example.com`
    await changeAccount(few, username, { email, emailVerified: true })
    for (let n = 0; n < 2; n++)
      expect((await few.login({ username: email, password: `wrong ${n}` })).status).toBe(401)
    expect((await few.login({ username: email, password: 'wrong' })).status).toBe(429)
    const { requestId, secret } = await addProof(few, userId, { email })
    expect((await reset(requestId, secret, password, few)).status).toBe(204)
    expect((await few.login({ username: email, password })).status).toBe(200)
    await few.stop()
  })
})

describe('POST /password-resets/completion returns 403', () => {
  it('the same for a wrong proof and an unknown id, after the same work [K66]', async () => {
    const { requestId, secret, code } = await userWithProof()
    const answers: unknown[] = []
    const statements: string[][] = []
    const recorded = recordStatementsOn(/"(attempts|proofs|users)"/)
    for (const id of [requestId, 'pr_unknown', 'pr_unknown-2']) {
      vi.clearAllMocks()
      const refused = await reset(id, 'AAAA-AAAA')
      statements.push(recorded())
      const problem = await expectProblem(refused, 403, 'invalid_proof')
      answers.push(problem)
    }
    expect(statements[0]?.length).toBeGreaterThan(2)
    for (const each of statements) expect(each).toEqual(statements[0])
    for (const each of answers) expect(each).toEqual(answers[0])
    const other = await userWithProof()
    for (const proof of [other.secret, other.code, secret.slice(1), `${secret}A`, `${code}0`, 'x'])
      await expectProblem(await reset(requestId, proof), 403, 'invalid_proof')
    expect((await reset(requestId, secret)).status).toBe(204)
  })

  it('for the right code after five wrong ones; a link is not counted [K64, K67]', async () => {
    const { userId, requestId, code, secret } = await userWithProof()
    for (let wrong = 0; wrong < 5; wrong++)
      await expectProblem(await reset(requestId, 'AAAA-AAAA'), 403, 'invalid_proof')
    await expectProblem(await reset(requestId, code), 403, 'invalid_proof')
    expect((await reset(requestId, secret)).status).toBe(204)
    await server.services.audit.flush()
    const refused = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'proof_refused')
    expect(refused).toMatchObject([{ detail: 'wrong proof', count: 5, address: '127.0.0.1' }])
  })

  it('for five codes at most, however many are sent at once [K64]', async () => {
    const { requestId, code } = await userWithProof()
    const codes = [...Array.from({ length: 20 }, () => 'AAAA-AAAA'), code]
    const { store } = server.services
    const read: string[] = []
    const { byId } = store.proofs
    Object.assign(store.proofs, {
      byId: (id: string) => {
        read.push(id)
        return byId(id)
      },
    })
    await Promise.all(codes.map((each) => reset(requestId, each)))
    Object.assign(store.proofs, { byId })
    expect(read.length).toBeLessThanOrEqual(5)
  })

  it.each(['email_confirmation', 'email_change', 'email_restoration'] as const)(
    'for a proof of another kind: %s [K64]',
    async (kind) => {
      const { userId } = await testUser(server)
      const { requestId, secret, code } = await addProof(server, userId, { kind })
      for (const proof of [secret, code])
        await expectProblem(await reset(requestId, proof), 403, 'invalid_proof')
    },
  )

  it('after half an hour [K64]', async () => {
    const late = await serverWith()
    const { requestId, secret, code } = await userWithProof(late)
    late.advance(1_800_000)
    for (const proof of [secret, code])
      await expectProblem(await reset(requestId, proof, password, late), 403, 'invalid_proof')
    await late.stop()
  })

  it('if the password, the address or the state of the account has changed [K64]', async () => {
    const changes = [
      (name: string) => changePasswordOf(server, name, 'x'),
      (name: string) => changeAccount(server, name, { email: 'new@example.com' }),
      (name: string) => disableAccount(server, name),
    ]
    for (const change of changes) {
      const { username, requestId, secret } = await userWithProof()
      await change(username)
      await expectProblem(await reset(requestId, secret), 403, 'invalid_proof')
    }
  })

  it.each(['password_reset', 'invitation'] as const)(
    'if the %s was mailed to an address that the account does not have [K64, K67]',
    async (kind) => {
      const { userId, username, login } = await testUser(server)
      await changeAccount(server, username, { email: `${username}@example.com` })
      const { requestId, secret } = await addProof(server, userId, {
        kind,
        email: 'me@example.com',
      })
      await expectProblem(await reset(requestId, secret), 403, 'invalid_proof')
      expect((await server.login(login)).status).toBe(200)
      expect((await server.services.store.users.byId(userId))?.emailVerified).toBe(false)
    },
  )

  it('if the account has no address any more [K64]', async () => {
    const { username, requestId, secret } = await userWithProof()
    const { users } = server.services.store
    const { byId } = users
    vi.spyOn(users, 'byId').mockImplementationOnce(async (id) => {
      await changeAccount(server, username, { email: undefined })
      return await byId(id)
    })
    await expectProblem(await reset(requestId, secret), 403, 'invalid_proof')
  })

  it.each(['before', 'while'] as const)(
    'if the account is deleted %s the password is hashed [K64]',
    async (moment) => {
      const { userId, username, requestId, secret } = await userWithProof()
      const { store, passwords, audit } = server.services
      const before = store.users.byId
      const remove = () => removeAccount(server, username)
      if (moment === 'before')
        vi.spyOn(store.users, 'byId').mockImplementationOnce(async (id) => {
          await remove()
          return await before(id)
        })
      else {
        const { hash } = passwords
        vi.spyOn(passwords, 'hash').mockImplementationOnce(async (...all) => {
          await remove()
          return await hash(...all)
        })
      }
      await expectProblem(await reset(requestId, secret), 403, 'invalid_proof')
      await audit.flush()
      expect(await eventsOf(server, userId)).toContainEqual(
        expect.objectContaining({ kind: 'proof_refused', detail: 'account deleted' }),
      )
    },
  )

  it('to all but one of those that use a proof at the same time [K64]', async () => {
    const { requestId, secret } = await userWithProof()
    const all = await Promise.all(Array.from({ length: 5 }, () => reset(requestId, secret)))
    expect(all.map(({ status }) => status).sort()).toEqual([204, 403, 403, 403, 403])
  })
})

describe('POST /password-resets/completion returns 409', () => {
  it('if a different account has verified the address of an invitation meanwhile [K67, K76]', async () => {
    const email = 'both@example.com'
    const [invited, first] = [await testUser(server), await testUser(server)]
    await changeAccount(server, invited.username, { email })
    const { requestId, secret } = await addProof(server, invited.userId, {
      kind: 'invitation',
      email,
    })
    await changeAccount(server, first.username, { email, emailVerified: true })
    await expectProblem(await reset(requestId, secret), 409, 'email_taken')
    expect((await server.login(invited.login)).status).toBe(200)
  })
})

describe('POST /password-resets/completion returns 422', () => {
  it('with the reason, and the proof can be used again [K64, I1]', async () => {
    const { requestId, username, code } = await userWithProof()
    for (let refused = 0; refused < 6; refused++)
      for (const bad of ['too short', `${username} ${username}`])
        await expectProblem(await reset(requestId, code, bad), 422, 'password_refused')
    expect((await reset(requestId, code)).status).toBe(204)
  })

  it('before the proof is looked at, if the password is refused whatever the account is [K64]', async () => {
    const { requestId } = await userWithProof()
    for (let wrong = 0; wrong < 6; wrong++)
      await expectProblem(await reset(requestId, 'x', 'short'), 422, 'password_refused')
  })
})

describe('POST /password-resets/completion returns 429', () => {
  it('after too many codes from one network, whatever the ids are [K69]', async () => {
    const few = await serverWith({ LOGIN_MAX_FAILURES: '1' })
    for (let n = 0; n < 10; n++)
      await expectProblem(await reset(`pr_${n}`, 'AAAA-AAAA', password, few), 403, 'invalid_proof')
    const refused = await reset('pr_10', 'AAAA-AAAA', password, few)
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/)
    await expectProblem(refused, 429, 'temporarily_unavailable')
    // Nobody guesses a link.
    const { requestId, secret } = await userWithProof(few)
    expect((await reset(requestId, secret, password, few)).status).toBe(204)
    await few.stop()
  })
})

describe('POST /password-resets/completion returns 501', () => {
  it('on a server that sends no mail [K65]', async () => {
    const silent = await testServer()
    const { requestId, secret } = await userWithProof(silent)
    const refused = await reset(requestId, secret, password, silent)
    await expectProblem(refused, 501, 'mail_not_configured')
    await silent.stop()
  })
})
