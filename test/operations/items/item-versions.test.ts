import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  addAccount,
  changeAccount,
  defaultPassword,
  removeAccount,
} from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { lateRequest } from '../../harness/late-body.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

let people = 0
let username: string
let token: string
let call: Call
beforeEach(async () => {
  username = `owner-${people++}`
  await addAccount(server, { username, scopes: ['items:read', 'items:write'] })
  token = await server.token({ username, password: defaultPassword })
  call = callAs(server, token)
})

const item = '/users/me/items/foo'
const tagOf = async (response: Promise<Response>) => (await response).headers.get('etag')

describe('the ETag of an item', () => {
  it('does not change with an empty change', async () => {
    const before = await tagOf(call('POST', '/users/me/items', { item_id: 'foo', title: 'Foo' }))
    for (const changes of [{}, { title: 'Foo' }, { description: null }])
      expect(await tagOf(call('PATCH', item, changes))).toBe(before)
    expect(await tagOf(call('PATCH', item, { title: null }))).not.toBe(before)
  })

  it('changes with the name of the owner, which the item contains', async () => {
    const before = await tagOf(call('POST', '/users/me/items', { item_id: 'foo' }))
    await changeAccount(server, username, { username: `renamed-${username}` })
    const read = await call('GET', item)
    expect(read.headers.get('etag')).not.toBe(before)
    expect(await jsonOf(read)).toMatchObject({ owner: `renamed-${username}` })
    const stale = await call('PATCH', item, { title: 'Foo' }, { 'if-match': before ?? '' })
    await expectProblem(stale, 412, 'precondition_failed')
  })
})

describe('POST /users/me/items', () => {
  it('returns 401 if the account is deleted during the request [D7]', async () => {
    const { items } = server.services.store
    const { add } = items
    items.add = async (row) => {
      items.add = add
      await removeAccount(server, username)
      return await add(row)
    }
    await expectProblem(
      await call('POST', '/users/me/items', { item_id: 'foo' }),
      401,
      'invalid_token',
    )
  })

  it('returns 401 if the account is deleted before the body arrives [D7]', async () => {
    const finish = await lateRequest(server, token, 'POST', '/users/me/items', { item_id: 'foo' })
    await removeAccount(server, username)
    await expectProblem(await finish(), 401, 'invalid_token')
  })
})
