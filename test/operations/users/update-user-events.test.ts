import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addAccount } from '../../harness/accounts.ts'
import { type Call, callAs } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token({ username: 'admin', password: 'administrator123' }))
})
afterAll(() => server.stop())

let people = 0
let userId: string
let patch: (changes: object) => Promise<Response>
beforeEach(async () => {
  userId = await addAccount(server, { username: `changed-${people++}` })
  patch = (changes) => admin('PATCH', `/users/${userId}`, changes)
})

/** Oldest first. */
const eventsOf = async () =>
  (await server.services.store.auditEvents.list({ userId, limit: 9 }))
    .map(({ kind, detail }) => (detail ? `${kind}: ${detail}` : kind))
    .reverse()

describe('the events of PATCH /users/{user_id}', () => {
  it('name the scopes that were added and removed, and the changed fields [J3]', async () => {
    await patch({ scopes: ['me:read', 'users:write'], full_name: 'Some Body', username: 'typed' })
    expect(await eventsOf()).toEqual(['user_updated: username full_name +users:write -items:read'])
  })

  it('say only that the account was disabled or enabled [J3]', async () => {
    await patch({ disabled: true })
    await patch({ disabled: false })
    expect(await eventsOf()).toEqual(['user_disabled', 'user_enabled'])
  })

  it('are not written if nothing changes, nor does the version change [J3]', async () => {
    const tags: (string | null)[] = []
    for (const _time of [1, 2, 3])
      tags.push(
        (await patch({ disabled: true, scopes: ['me:read', 'items:read'] })).headers.get('etag'),
      )
    expect(await eventsOf()).toEqual(['user_disabled'])
    expect(new Set(tags).size).toBe(1)
  })
})

describe('PATCH /users/{user_id} with scopes that cannot be granted', () => {
  it('names the unknown scope', async () => {
    const { detail } = await expectProblem(await patch({ scopes: ['root'] }), 403, 'scope_not_held')
    expect(detail).toBe('Unknown scope: root')
  })

  it('shortens the message to the limit of the contract', async () => {
    const scopes = Array.from({ length: 100 }, (_, each) => 'x'.repeat(97) + each)
    const { detail } = await expectProblem(await patch({ scopes }), 403, 'scope_not_held')
    expect(detail).toHaveLength(1000)
  })
})
