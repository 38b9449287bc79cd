import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { changeAccount } from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, eventsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('PATCH /users/{user_id} returns 403', () => {
  it('for callers who are not administrators, even on their own account [D8, D5]', async () => {
    const admin = callAs(server, await server.token(administrator))
    const { user_id: adminId } = await jsonOf<User>(admin('GET', '/users/me'))
    const { call, path } = await testUser(server)
    for (const each of [path, `/users/${adminId}`]) {
      await expectProblem(await call('PATCH', each, { disabled: true }), 403, 'insufficient_scope')
      expect(await jsonOf(admin('GET', each))).toMatchObject({ disabled: false })
    }
  })

  it('for callers who grant a scope that they or their token do not have [D5, J3]', async () => {
    const { path, userId } = await testUser(server, ['me:read', 'items:read'])
    const helper = await testUser(server, ['users:write'])
    const narrow = callAs(server, await server.token({ ...administrator, scope: 'users:write' }))
    const scopes = ['me:read', 'items:read', 'users:write', 'audit:read']
    for (const call of [helper.call, narrow]) {
      const refused = await call('PATCH', path, { scopes, full_name: 'Taken' })
      const { detail } = await expectProblem(refused, 403, 'scope_not_held')
      expect(detail).toMatch(/do not hold: audit:read$/)
    }
    const own = await helper.call('PATCH', helper.path, { scopes: [...declaredScopes] })
    await expectProblem(own, 403, 'scope_not_held')
    await server.services.audit.flush()
    const denied = (await eventsOf(server, userId)).slice(1)
    expect(denied).toMatchObject([
      { kind: 'access_denied', actorId: helper.userId, detail: 'scope not held' },
      { kind: 'access_denied', detail: 'scope not held' },
    ])
    expect(await server.services.store.users.byId(userId)).toMatchObject({
      fullName: undefined,
      scopes: ['me:read', 'items:read'],
    })
  })

  it('but not for scopes that the caller has, or that the account already had [D5]', async () => {
    const { path, userId } = await testUser(server, ['me:read', 'items:read'])
    const helper = await testUser(server, ['users:write'])
    for (const scopes of [['users:write'], ['users:write'], []]) {
      const changed = await helper.call('PATCH', path, { scopes })
      expect(await jsonOf(changed)).toMatchObject({ scopes })
      expect((await server.services.store.users.byId(userId))?.scopes).toEqual(scopes)
    }
    const { path: other } = await testUser(server, ['audit:read'])
    const kept = await helper.call('PATCH', other, { scopes: ['audit:read', 'users:write'] })
    expect(kept.status).toBe(200)
  })

  it.each([
    { email: 'mine@example.com', email_verified: true },
    { email: 'mine@example.com' },
    { email: null },
    { email: 'owner@example.com', email_verified: false },
  ])(
    'for the address of an account with a scope that the caller lacks: %j [D5, K72]',
    async (to) => {
      const { path, userId, username } = await testUser(server, ['me:read', 'audit:read'])
      await changeAccount(server, username, { email: 'owner@example.com', emailVerified: true })
      const helper = await testUser(server, ['users:write', 'me:read'])
      const narrow = callAs(server, await server.token({ ...administrator, scope: 'users:write' }))
      for (const call of [helper.call, narrow]) {
        // Without the scopes in the same request, too.
        for (const body of [to, { ...to, scopes: [] }]) {
          const { detail } = await expectProblem(
            await call('PATCH', path, body),
            403,
            'scope_not_held',
          )
          expect(detail).toMatch(/do not hold: .*audit:read$/)
        }
      }
      expect(await server.services.store.users.byId(userId)).toMatchObject({
        email: 'owner@example.com',
        emailVerified: true,
        scopes: ['me:read', 'audit:read'],
      })
      await changeAccount(server, username, { scopes: ['me:read'] })
      expect((await helper.call('PATCH', path, to)).status).toBe(200)
    },
  )

  it('for the address of another administrator, also a disabled one [D5, K72]', async () => {
    const admin = callAs(server, await server.token(administrator))
    const { path, userId, username } = await testUser(server, ['users:write'])
    await changeAccount(server, username, { email: 'owner@example.com', emailVerified: true })
    const body = { email: 'mine@example.com', email_verified: true }
    for (const disabled of [false, true]) {
      await admin('PATCH', path, { disabled })
      for (const each of [body, { ...body, scopes: [] }])
        await expectProblem(await admin('PATCH', path, each), 403, 'administrator_account')
    }
    expect((await admin('PATCH', path, { full_name: 'Ada', disabled: false })).status).toBe(200)
    expect(await server.services.store.users.byId(userId)).toMatchObject({
      email: 'owner@example.com',
      emailVerified: true,
    })
    await server.services.audit.flush()
    const denied = (await eventsOf(server, userId)).filter(({ kind }) => kind === 'access_denied')
    expect(denied.at(0)).toMatchObject({ detail: 'administrator account' })
  })
})
