import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { testUser } from '../../harness/test-user.ts'

const maxItems = 3

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { MAX_ITEMS_PER_ACCOUNT: String(maxItems) } })
})
afterAll(() => server.stop())

const place = '/users/me/items'
const bar = { item_id: 'Bar', title: 'The bar', description: 'Mine.\nAll of it.' }

describe('POST /users/me/items returns 201', () => {
  it('with the item, its Location and its ETag', async () => {
    const { call, username } = await testUser(server)
    const created = await call('POST', place, bar)
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe('/users/me/items/Bar')
    const read = await call('GET', '/users/me/items/Bar')
    expect(read.headers.get('etag')).toBe(created.headers.get('etag'))
    const item = await jsonOf(created)
    expect(item).toEqual({ ...bar, owner: username, created_at: expect.stringMatching(/Z$/) })
    expect(await jsonOf(read)).toEqual(item)
  })

  it('for an id that a different account uses [D8]', async () => {
    for (const title of ['Mine', 'Another’s']) {
      const { call } = await testUser(server)
      expect((await call('POST', place, { item_id: 'both', title })).status).toBe(201)
      expect(await jsonOf(call('GET', '/users/me/items/both'))).toMatchObject({ title })
    }
  })
})

describe('POST /users/me/items returns 400', () => {
  it.each(['..', '.', 'a/b', 'a b', '', 'ä'])('for the id %j', async (item_id) => {
    const { call } = await testUser(server)
    const refused = await call('POST', place, { item_id })
    const { errors } = await expectProblem(refused, 400, 'invalid_request')
    expect(errors?.[0]).toMatchObject({ in: 'body', pointer: '/item_id' })
  })
})

describe('POST /users/me/items returns 422', () => {
  it.each(['title', 'description'])(
    'for a control character beyond ASCII in the %s',
    async (name) => {
      const { call } = await testUser(server)
      const refused = await call('POST', place, { item_id: 'odd', [name]: 'a\u0085b' })
      const { errors } = await expectProblem(refused, 422, 'text_refused')
      expect(errors).toMatchObject([{ in: 'body', pointer: `/${name}` }])
      expect((await call('GET', '/users/me/items/odd')).status).toBe(404)
    },
  )
})

describe('POST /users/me/items returns 409', () => {
  it('if the account has an item with this id, which does not change', async () => {
    const { call } = await testUser(server)
    await call('POST', place, { item_id: 'twice', title: 'First' })
    const again = await call('POST', place, { item_id: 'twice', title: 'Second' })
    const { detail } = await expectProblem(again, 409, 'item_exists')
    expect(detail).toContain('twice')
    expect(await jsonOf(call('GET', '/users/me/items/twice'))).toMatchObject({ title: 'First' })
  })

  it('if the account has as many items as it may have, until it deletes one [H9]', async () => {
    const { call } = await testUser(server)
    const create = (item_id: string) => call('POST', place, { item_id })
    for (let at = 0; at < maxItems; at += 1) expect((await create(`item-${at}`)).status).toBe(201)
    await expectProblem(await create('item-0'), 409, 'item_exists')
    const { detail } = await expectProblem(await create('more'), 409, 'too_many_items')
    expect(detail).toBe(`The account has ${maxItems} items: delete some first`)
    await call('DELETE', `${place}/item-0`)
    expect((await create('more')).status).toBe(201)
  })
})
