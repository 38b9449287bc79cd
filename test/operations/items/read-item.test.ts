import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('GET /users/me/items/{item_id} returns 200', () => {
  it('the item with this id, without empty fields', async () => {
    const { call, username } = await testUser(server)
    await call('POST', '/users/me/items', { item_id: 'other', title: 'Other' })
    await call('POST', '/users/me/items', { item_id: 'plain' })
    await call('POST', '/users/me/items', { item_id: 'another', title: 'Another' })
    const read = await call('GET', '/users/me/items/plain')
    expect(read.status).toBe(200)
    expect(await jsonOf(read)).toEqual({
      item_id: 'plain',
      owner: username,
      created_at: expect.stringMatching(/Z$/),
    })
  })
})

describe('GET /users/me/items/{item_id} returns 404', () => {
  it('for the item of a different account, as for an unknown one [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    await mine.call('POST', '/users/me/items', { item_id: 'private', title: 'Mine' })
    const foreign = await another.call('GET', '/users/me/items/private')
    const unknown = await another.call('GET', '/users/me/items/nobodys')
    const problem = await expectProblem(foreign, 404, 'not_found')
    expect(await expectProblem(unknown, 404, 'not_found')).toEqual(problem)
  })
})
