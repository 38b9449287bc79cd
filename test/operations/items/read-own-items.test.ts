import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Item } from '../../../generated/api.ts'
import { addAccount, defaultPassword, disableAccount } from '../../harness/accounts.ts'
import { type Call, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { testUser } from '../../harness/test-user.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

async function itemsOf(token: string, path = '/users/me/items'): Promise<unknown> {
  const response = await server.get(path, token)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return response.json()
}

const linkOf = (page: Response) => /<(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]

/** The ids of each page, following Link. */
async function pagesOf(call: Call, first: string): Promise<string[][]> {
  const pages: string[][] = []
  let path: string | undefined = first
  while (path) {
    const page: Response = await call('GET', path)
    pages.push((await jsonOf<Item[]>(page)).map(({ item_id }) => item_id))
    path = linkOf(page)
  }
  return pages
}

describe('GET /users/me/items returns 200', () => {
  it('the item of the seed, with Cache-Control: no-store [S5, D9]', async () => {
    expect(await itemsOf(await server.token())).toEqual([
      {
        item_id: 'Foo',
        owner: 'johndoe',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ])
  })

  it('at the path of the seed, too [S6]', async () => {
    const token = await server.token()
    expect(await itemsOf(token, '/users/me/items/')).toEqual(await itemsOf(token))
  })

  it('at most fifty items of the account, oldest first', async () => {
    const ownerId = await addAccount(server, { username: 'collector' })
    const { items } = server.services.store
    for (let age = 0; age < 101; age += 1) {
      const item = { ownerId, itemId: `item-${age}`, createdAt: 1_000_000 - age, version: 1 }
      await items.add({ ...item, title: undefined, description: undefined })
    }
    const token = await server.token({ username: 'collector', password: defaultPassword })
    const expected = Array.from({ length: 50 }, (_, at) => ({
      item_id: `item-${100 - at}`,
      owner: 'collector',
    }))
    expect(await itemsOf(token)).toMatchObject(expected)
  })

  it('pages linked by Link, with each item once, in the order of age and id', async () => {
    const { userId, call } = await testUser(server)
    const { items } = server.services.store
    const ids = Array.from({ length: 20 }, (_, at) => `item-${at + 10}`)
    // Ten per time of creation, added in the wrong order.
    for (const [at, itemId] of [...ids.entries()].reverse()) {
      const item = { ownerId: userId, itemId, createdAt: 1_000_000 + Math.floor(at / 10) }
      await items.add({ ...item, title: undefined, description: undefined, version: 1 })
    }
    const pages = await pagesOf(call, '/users/me/items?limit=6')
    expect(pages.map(({ length }) => length)).toEqual([6, 6, 6, 2])
    expect(pages.flat()).toEqual(ids)
    expect(await pagesOf(call, '/users/me/items/?limit=6')).toEqual(pages)
    expect(await pagesOf(call, '/users/me/items?limit=10')).toEqual([
      ids.slice(0, 10),
      ids.slice(10),
    ])
    expect(await pagesOf(call, '/users/me/items?limit=20')).toEqual([ids])
    expect((await call('GET', '/users/me/items?limit=20')).headers.has('link')).toBe(false)
  })

  it('fifty items per page by default', async () => {
    const { userId, call } = await testUser(server)
    for (let each = 0; each < 101; each += 1) {
      const item = { ownerId: userId, itemId: `item-${each}`, createdAt: each, version: 1 }
      const { items } = server.services.store
      await items.add({ ...item, title: undefined, description: undefined })
    }
    const pages = await pagesOf(call, '/users/me/items')
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 1])
  })

  it('an empty list for an account without items', async () => {
    await addAccount(server, { username: 'ascetic' })
    const token = await server.token({ username: 'ascetic', password: defaultPassword })
    expect(await itemsOf(token)).toEqual([])
  })
})

describe('GET /users/me/items returns 400', () => {
  it('for a user who was disabled after the token was issued [S8]', async () => {
    await addAccount(server, { username: 'leaver' })
    const token = await server.token({ username: 'leaver', password: defaultPassword })
    await disableAccount(server, 'leaver')
    const response = await server.get('/users/me/items', token)
    await expectProblem(response, 400, 'inactive_user')
  })

  it.each(['0', '101', 'x', '1.5'])('for the limit %s', async (limit) => {
    const { call } = await testUser(server)
    await expectProblem(await call('GET', `/users/me/items?limit=${limit}`), 400, 'invalid_request')
  })
})

describe('GET /users/me/items returns 404', () => {
  it('for a forged cursor, and for one of a different account or list [D8]', async () => {
    const [mine, another] = [await testUser(server), await testUser(server)]
    for (const { call } of [mine, another])
      for (const item_id of ['one', 'two']) await call('POST', '/users/me/items', { item_id })
    const link = linkOf(await mine.call('GET', '/users/me/items?limit=1')) ?? ''
    const [, cursor = ''] = /cursor=(.+)/.exec(link) ?? []
    expect((await mine.call('GET', `/users/me/items?cursor=${cursor}`)).status).toBe(200)
    const [, signature = ''] = cursor.split('.')
    const forgedCursor = [
      ...['abc', 'WyIxIiwiRm9vIl0.aaaaaaaaaaa', `${cursor}x`, `${cursor}.x`],
      ...[cursor.slice(0, -1), `WyIwIiwiIl0.${signature}`],
    ]
    const place = '/users/me/items?cursor='
    for (const refused of forgedCursor)
      await expectProblem(await mine.call('GET', place + refused), 404, 'unknown_cursor')
    await expectProblem(await another.call('GET', place + cursor), 404, 'unknown_cursor')
    const list = await mine.call('GET', `/users/me/sessions?cursor=${cursor}`)
    await expectProblem(list, 404, 'unknown_cursor')
  })
})
