import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Item } from '../../../generated/api.ts'
import { jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const bar = { item_id: 'Bar', title: 'The bar', description: 'Mine.\nAll of it.' }
const place = '/users/me/items/Bar'
const etagOf = (response: Response) => response.headers.get('etag') ?? ''

/** A user with an item, and its ETag. */
async function owner() {
  const { call, username } = await testUser(server)
  const created = await call('POST', '/users/me/items', bar)
  return { call, username, etag: etagOf(created), item: await jsonOf<Item>(created) }
}

describe('PATCH /users/me/items/{item_id} returns 200', () => {
  it('and changes the fields of the patch, removes those that are null, and keeps the rest', async () => {
    const { call, etag, item } = await owner()
    const { title: _, ...untitled } = item
    const changed = await call('PATCH', place, { title: null })
    expect(await jsonOf(changed)).toEqual(untitled)
    expect(etagOf(changed)).not.toBe(etag)
    const read = await call('GET', place)
    expect(await jsonOf(read)).toEqual(untitled)
    expect(etagOf(read)).toBe(etagOf(changed))
    const { description, ...bare } = await jsonOf<Item>(
      call('PATCH', place, { title: 'New', description: null }),
    )
    expect([description, bare]).toEqual([undefined, { ...bare, title: 'New' }])
    const described = await call('PATCH', place, { description: 'Also new' })
    expect(await jsonOf(described)).toEqual({ ...item, title: 'New', description: 'Also new' })
  })

  it('and changes no other item, nor one of a different account with this id [D8]', async () => {
    const [mine, another] = [await owner(), await owner()]
    // Changes every item of the account once, so that each has other items before and after it.
    for (const item_id of ['Ann', 'Baz']) await mine.call('POST', '/users/me/items', { item_id })
    for (const item_id of ['Ann', 'Bar', 'Baz']) {
      const changed = await mine.call('PATCH', `/users/me/items/${item_id}`, { title: item_id })
      expect(await jsonOf(changed)).toMatchObject({ item_id, title: item_id })
    }
    const items = await jsonOf<Item[]>(mine.call('GET', '/users/me/items'))
    expect(items.map(({ title }) => title).sort()).toEqual(['Ann', 'Bar', 'Baz'])
    expect(items.find(({ item_id }) => item_id === 'Bar')?.description).toBe(bar.description)
    expect(await jsonOf(another.call('GET', place))).toEqual(another.item)
  })

  it('for an If-Match with the ETag among others, or with *', async () => {
    const { call, etag } = await owner()
    for (const match of [`"other", ${etag}`, '*']) {
      const changed = await call('PATCH', place, { title: '3' }, { 'if-match': match })
      expect(changed.status).toBe(200)
    }
  })
})

describe('PATCH /users/me/items/{item_id} returns 400', () => {
  it('for an invalid If-Match', async () => {
    const { call } = await owner()
    const refused = await call('PATCH', place, { title: 'x' }, { 'if-match': 'unquoted' })
    const { errors } = await expectProblem(refused, 400, 'invalid_request')
    expect(errors?.[0]).toMatchObject({ in: 'header' })
  })
})

describe('PATCH /users/me/items/{item_id} returns 404', () => {
  it('for the item of a different account, as for an unknown one [D8]', async () => {
    const [mine, another] = [await testUser(server), await owner()]
    await mine.call('POST', '/users/me/items', { item_id: 'private', title: 'Mine' })
    const body = { title: 'Taken' }
    const foreign = await another.call('PATCH', '/users/me/items/private', body)
    const unknown = await another.call('PATCH', '/users/me/items/nobodys', body)
    const problem = await expectProblem(foreign, 404, 'not_found')
    expect(await expectProblem(unknown, 404, 'not_found')).toEqual(problem)
    const read = await jsonOf(mine.call('GET', '/users/me/items/private'))
    expect(read).toMatchObject({ title: 'Mine' })
  })
})

describe('PATCH /users/me/items/{item_id} returns 412', () => {
  it('for a stale ETag, and changes nothing; one of two concurrent changes with the same ETag wins', async () => {
    const { call, etag } = await owner()
    const headers = { 'if-match': etag }
    const both = await Promise.all(
      ['1', '2'].map((title) => call('PATCH', place, { title }, headers)),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    const won = await jsonOf<Item>(call('GET', place))
    expect(['1', '2']).toContain(won.title)
    const stale = await call('PATCH', place, { title: '3' }, headers)
    await expectProblem(stale, 412, 'precondition_failed')
    expect(await jsonOf(call('GET', place))).toEqual(won)
  })
})

describe('PATCH /users/me/items/{item_id} returns 422', () => {
  it('for a title that changes the direction of text [J10]', async () => {
    const { call, item } = await owner()
    const refused = await call('PATCH', place, { title: 'The bar\u2066' })
    const { errors } = await expectProblem(refused, 422, 'text_refused')
    expect(errors).toMatchObject([{ in: 'body', pointer: '/title' }])
    expect(await jsonOf(call('GET', place))).toEqual(item)
  })
})
