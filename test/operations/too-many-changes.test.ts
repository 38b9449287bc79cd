/** The limit on the writes of an account, for every operation of openapi.yaml that requires a token. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenResponse } from '../../generated/api.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { callAs, jsonOf } from '../harness/call.ts'
import { securedOperations } from '../harness/contract-operations.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'
import { visitor } from '../harness/visitor.ts'
import { volatileFolder } from '../harness/volatile-folder.ts'

/** At once. */
const limit = 10

let server: TestServer
beforeAll(async () => {
  server = await testServer({
    settings: { ACCOUNT_WRITES_PER_MINUTE: '1', MAIL_DIR: volatileFolder('mails-') },
  })
})
afterAll(() => server.stop())

const isLimited = ({ method }: { method: string }) => ['POST', 'PUT', 'PATCH'].includes(method)

async function busyVisitor() {
  const somebody = await visitor(server)
  const token = await somebody.token()
  for (let changes = 0; changes < limit; changes += 1) {
    const changed = await callAs(server, token)('PATCH', '/users/me', { full_name: `${changes}` })
    expect(changed.status).toBe(200)
  }
  return { somebody, token }
}

describe.each(securedOperations.filter(isLimited))('$method $path', (operation) => {
  it('returns 429 for an account that makes too many changes, until Retry-After [H8]', async () => {
    const { somebody, token } = await busyVisitor()
    const refused = await somebody.send(operation, token)
    expect(refused.headers.get('retry-after')).toBe('60')
    const { detail } = await expectProblem(refused, 429, 'temporarily_unavailable')
    expect(detail).toBe('Too many changes by this account')
    server.advance(60_000)
    expect((await somebody.send(operation, token)).status).toBeLessThan(300)
  })
})

describe.each(securedOperations.filter((each) => !isLimited(each)))(
  '$method $path',
  (operation) => {
    it('works for an account that makes too many changes: it reads or deletes [H8]', async () => {
      const { somebody, token } = await busyVisitor()
      expect((await somebody.send(operation, token)).status).toBeLessThan(300)
    })
  },
)

describe('POST /token', () => {
  it('returns 429 for too many logins of an account, also with the right password [H8]', async () => {
    const { login, call } = await testUser(server)
    for (let logins = 1; logins < limit; logins += 1) await server.token(login)
    const refused = await server.login(login)
    expect(refused.headers.get('retry-after')).toBe('60')
    await expectOAuthError(refused, 429, 'temporarily_unavailable')
    // Neither other accounts nor changes of this one are limited by it.
    const username = 'other'
    await addAccount(server, { username })
    await server.token({ username, password: defaultPassword })
    expect((await call('PATCH', '/users/me', { full_name: 'x' })).status).toBe(200)
    server.advance(60_000)
    await server.token(login)
  })

  it('returns 429 for too many refreshes of an account, and detects reuse nevertheless [H8]', async () => {
    const { refreshToken } = await testUser(server)
    const refresh = (refresh_token: string) =>
      server.login({ grant_type: 'refresh_token', refresh_token })
    const tokens = [refreshToken]
    for (let at = 0; at < limit; at += 1) {
      const { refresh_token } = await jsonOf<TokenResponse>(refresh(tokens[at] ?? ''))
      tokens.push(String(refresh_token))
    }
    const refused = await refresh(tokens[limit] ?? '')
    expect(refused.headers.get('retry-after')).toBe('60')
    await expectOAuthError(refused, 429, 'temporarily_unavailable')
    await expectOAuthError(await refresh(refreshToken), 400, 'invalid_grant')
    server.advance(60_000)
    const ended = await refresh(tokens[limit] ?? '')
    expect(await jsonOf(ended)).toMatchObject({ error_description: 'The session has ended' })
  })
})
