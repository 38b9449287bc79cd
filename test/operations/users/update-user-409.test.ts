import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../../generated/api.ts'
import { addAccount, defaultPassword } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { declaredScopes } from '../../harness/contract-operations.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator, kindsOf, testUser } from '../../harness/test-user.ts'

let server: TestServer
let admin: Call
let adminId: string
beforeEach(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
  adminId = (await jsonOf<User>(admin('GET', '/users/me'))).user_id
})
afterEach(() => server.stop())

describe('PATCH /users/{user_id} returns 409', () => {
  it('for a taken name in any equivalent spelling, and changes nothing', async () => {
    await addAccount(server, { username: 'Renamed', passwordHash: 'none' })
    const { path, userId, username: before } = await testUser(server)
    for (const username of ['Renamed', 'rENAMED', 'ｒｅｎａｍｅｄ']) {
      const refused = await admin('PATCH', path, { username, disabled: true })
      await expectProblem(refused, 409, 'username_taken')
    }
    const user = await jsonOf(admin('GET', path))
    expect(user).toMatchObject({ username: before, disabled: false })
    expect(await kindsOf(server, userId)).toEqual(['login'])
  })

  it('for disabling the last administrator, or removing their scope', async () => {
    const path = `/users/${adminId}`
    for (const body of [{ disabled: true }, { scopes: ['me:read'] }])
      await expectProblem(await admin('PATCH', path, body), 409, 'last_administrator')
    expect((await admin('GET', path)).status).toBe(200)
    const renamed = await admin('PATCH', path, { full_name: 'Still There' })
    expect(renamed.status).toBe(200)
  })

  it('if every other administrator is disabled or has lost the scope', async () => {
    const scopes = ['users:write']
    await addAccount(server, { username: 'disabled', passwordHash: '-', scopes, disabled: true })
    const former = await testUser(server, scopes)
    await admin('PATCH', former.path, { scopes: [] })
    const path = `/users/${adminId}`
    const leave = { disabled: true }
    await expectProblem(await admin('PATCH', path, leave), 409, 'last_administrator')
    await admin('PATCH', former.path, { scopes })
    expect((await admin('PATCH', path, leave)).status).toBe(200)
  })

  it('for one of two administrators who disable each other concurrently', async () => {
    const others = [0, 1].map((each) => ({ username: `admin-${each}`, scopes: declaredScopes }))
    const ids: string[] = []
    for (const other of others) ids.push(await addAccount(server, other))
    const calls = await Promise.all(
      others.map(async ({ username }) =>
        callAs(server, await server.token({ username, password: defaultPassword })),
      ),
    )
    expect((await calls[0]?.('DELETE', `/users/${adminId}`))?.status).toBe(204)
    await Promise.all(
      calls.map((call, each) => call('PATCH', `/users/${ids[1 - each]}`, { disabled: true })),
    )
    const { store } = server.services
    const left = await Promise.all(ids.map((userId) => store.users.byId(userId)))
    expect(left.map((user) => user?.disabled).sort()).toEqual([false, true])
  })
})
