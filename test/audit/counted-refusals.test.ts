/** Refusals that a caller can repeat without limit are counted: in the audit trail they are one event with their number. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { auditTrailOf, byUser, inSession } from '../harness/audit-trail.ts'
import { type Call, callAs } from '../harness/call.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator, eventsOf, testUser } from '../harness/test-user.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

it('a thousand 403s of one token are one event [J3]', async () => {
  const who = await testUser(server)
  for (let at = 0; at < 50; at += 1)
    await Promise.all(Array.from({ length: 20 }, () => who.call('GET', '/users')))
  await server.services.audit.flush()
  expect(await auditTrailOf(admin, who.userId)).toEqual([
    inSession('login', who),
    { ...inSession('access_denied', who), detail: 'lacks users:read', count: 1000 },
  ])
})

it('right passwords of a disabled account are one event [J3]', async () => {
  const username = 'disabled'
  const userId = await addAccount(server, { username, disabled: true })
  for (const _time of [1, 2, 3]) await server.login({ username, password: defaultPassword })
  await server.services.audit.flush()
  expect(await auditTrailOf(admin, userId)).toEqual([
    { ...byUser('login_failed', { userId }), client_id: 'tessera', detail: 'disabled', count: 3 },
  ])
})

it('they are written when the server stops [J3]', async () => {
  const other = await testServer()
  const who = await testUser(other)
  await who.call('GET', '/users')
  expect((await eventsOf(other, who.userId)).map(({ kind }) => kind)).toEqual(['login'])
  const { auditEvents } = other.services.store
  const written: string[] = []
  const { append } = auditEvents
  auditEvents.append = async (...events) => {
    await append(...events)
    written.push(...events.map(({ kind }) => kind))
  }
  await other.stop()
  expect(written).toEqual(['access_denied'])
})
