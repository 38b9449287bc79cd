/** An operation that any of several scopes permits. Only other contracts have one, so this one is edited. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractOf, type Document } from '#contract'
import { contract } from '../../generated/contract.ts'
import { auditTrailOf, inSession } from '../harness/audit-trail.ts'
import { type Call, callAs } from '../harness/call.ts'
import { challenge } from '../harness/challenge.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator, testUser } from '../harness/test-user.ts'

/** `GET /users` with `users:read` or with `audit:read` and `me:read`. */
function edited(): Document {
  const document = structuredClone(contract.document)
  const operation = document.paths['/users']?.get
  if (!operation) throw new Error('no such operation')
  operation.security = [{ OAuth2: ['users:read'] }, { OAuth2: ['audit:read', 'me:read'] }]
  return document
}

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer({ product: { contract: contractOf(edited()) } })
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

describe('an operation with alternatives', () => {
  it('names all that would do, in one 403 and one audit event [D5, J3]', async () => {
    const who = await testUser(server)
    const response = await who.call('GET', '/users')
    const error = 'error="insufficient_scope"'
    expect(response.headers.get('www-authenticate')).toBe(
      [
        challenge(server, error, 'scope="users:read"'),
        challenge(server, error, 'scope="audit:read me:read"'),
      ].join(', '),
    )
    const { detail } = await expectProblem(response, 403, 'insufficient_scope')
    expect(detail).toBe(
      'No alternative is met: The token lacks the scope users:read; The token lacks the scope audit:read',
    )
    await server.services.audit.flush()
    expect(await auditTrailOf(admin, who.userId)).toEqual([
      inSession('login', who),
      { ...inSession('access_denied', who), detail: 'lacks users:read; lacks audit:read' },
    ])
  })

  it.each(['users:read', 'audit:read me:read'])(
    'permits a token with the scopes of one alternative, without an audit event: %s [J3]',
    async (scopes) => {
      const who = await testUser(server, scopes.split(' '))
      expect((await who.call('GET', '/users')).status).toBe(200)
      await server.services.audit.flush()
      expect(await auditTrailOf(admin, who.userId)).toEqual([inSession('login', who)])
    },
  )

  it('returns one challenge to a request without a token [D1]', async () => {
    const response = await server.get('/users')
    expect(response.headers.get('www-authenticate')).toBe(challenge(server))
    await expectProblem(response, 401, 'not_authenticated')
  })
})
