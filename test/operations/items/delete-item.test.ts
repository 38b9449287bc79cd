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

const place = '/users/me/items/again'
const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('DELETE /users/me/items/{item_id} returns 204', () => {
  it('and deletes the item, but no other, nor one of a different account with this id [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    await another.call('POST', '/users/me/items', { item_id: 'again' })
    for (const item_id of ['again', 'stays'])
      await mine.call('POST', '/users/me/items', { item_id })
    expect((await mine.call('DELETE', place)).status).toBe(204)
    await expectProblem(await mine.call('GET', place), 404, 'not_found')
    expect((await mine.call('GET', '/users/me/items/stays')).status).toBe(200)
    expect((await another.call('GET', place)).status).toBe(200)
  })

  it('for the current ETag', async () => {
    const { call } = await testUser(server)
    const created = await call('POST', '/users/me/items', { item_id: 'again' })
    const headers = { 'if-match': etagOf(created) }
    expect((await call('DELETE', place, undefined, headers)).status).toBe(204)
  })
})

describe('DELETE /users/me/items/{item_id} returns 404', () => {
  it('for the item of a different account, as for an unknown one [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    await mine.call('POST', '/users/me/items', { item_id: 'private', title: 'Mine' })
    await another.call('POST', '/users/me/items', { item_id: 'own' })
    const foreign = await another.call('DELETE', '/users/me/items/private')
    const unknown = await another.call('DELETE', '/users/me/items/nobodys')
    const problem = await expectProblem(foreign, 404, 'not_found')
    expect(await expectProblem(unknown, 404, 'not_found')).toEqual(problem)
    const read = await jsonOf(mine.call('GET', '/users/me/items/private'))
    expect(read).toMatchObject({ title: 'Mine' })
    expect((await another.call('GET', '/users/me/items/own')).status).toBe(200)
  })
})

describe('DELETE /users/me/items/{item_id} returns 412', () => {
  it('for the ETag before a change', async () => {
    const { call } = await testUser(server)
    const headers = {
      'if-match': etagOf(await call('POST', '/users/me/items', { item_id: 'again' })),
    }
    await call('PATCH', place, { title: 'Changed' })
    const stale = await call('DELETE', place, undefined, headers)
    await expectProblem(stale, 412, 'precondition_failed')
    expect(await jsonOf(call('GET', place))).toMatchObject({ title: 'Changed' })
  })

  it('for the ETag of an earlier item with this id', async () => {
    const { call } = await testUser(server)
    const before = etagOf(await call('POST', '/users/me/items', { item_id: 'again' }))
    expect((await call('DELETE', place)).status).toBe(204)
    server.advance(1000)
    await call('POST', '/users/me/items', { item_id: 'again' })
    const stale = await call('DELETE', place, undefined, { 'if-match': before })
    await expectProblem(stale, 412, 'precondition_failed')
  })
})
