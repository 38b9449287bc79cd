/** A handler that throws, for every operation of openapi.yaml: the error reaches the log, and not the client. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/keys/secrets.ts'
import { addAccount } from '../harness/accounts.ts'
import { contractOperations, declaredScopes } from '../harness/contract-operations.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const message = 'SQLITE_ERROR: no such table: users, at /srv/tessera/store.db'
const broken = Object.fromEntries(
  contractOperations.map(({ operationId }) => [
    operationId,
    () => {
      throw new Error(message)
    },
  ]),
)

let server: TestServer
let token: string
beforeAll(async () => {
  // The response check is off: it would replace an invalid response by a valid one.
  const settings = { CHECK_REPLIES: 'off', REGISTRATION: 'open' }
  server = await testServer({ product: { handlers: () => broken }, settings })
  const { services } = server
  const userId = await addAccount(server, { username: 'somebody', scopes: declaredScopes })
  const session = { sessionId: newId('s'), userId, clientId: 'tessera', scopes: declaredScopes }
  const user = await services.store.users.byName('somebody')
  const createdAt = services.now()
  const expiresAt = createdAt + 3_600_000
  const row = {
    ...session,
    userAgent: undefined,
    address: undefined,
    createdAt,
    lastUsedAt: createdAt,
    expiresAt,
    idleExpiresAt: expiresAt,
    endedAt: undefined,
    refresh: undefined,
  }
  await services.store.sessions.add(
    {
      session: row,
      client: undefined,
      maxSessions: 1000,
      event: services.audit.event('login', { userId }),
    },
    { passwordHash: user?.passwordHash ?? '', version: 1 },
  )
  token = await services.accessTokens.issue(session)
})
afterAll(() => server.stop())

describe.each(contractOperations)('$method $path returns 500', (operation) => {
  it('for an internal error, without stack, SQL or path [C8, J1, C6]', async () => {
    const logged = server.log().length
    const response = await fetch(`${server.url}${operation.somePath}`, {
      method: operation.method,
      headers: {
        authorization: operation.scopes.length > 0 ? `Bearer ${token}` : 'Basic Og==',
        ...(operation.json && { 'content-type': 'application/json' }),
      },
      ...(operation.form && { body: operation.form }),
      ...(operation.json && { body: JSON.stringify(operation.json) }),
    })
    const answer = `${JSON.stringify([...response.headers])} ${await response.clone().text()}`
    expect(answer).not.toMatch(/SQLITE|srv|no such table|Error:|\.ts|node_modules/)
    const log = server.log().slice(logged)
    expect(log).toContain(message)
    expect(log).toContain('"level":50')
    if (operation.oauthErrors) return expectOAuthError(response, 500, 'server_error')
    return expectProblem(response, 500, 'server_error')
  })
})
