import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Item } from '../../../generated/api.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-answers.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { visitor } from '../../harness/visitor.ts'

let server: TestServer
let mine: Call
let another: Call
beforeAll(async () => {
  server = await testServer()
  mine = callAs(server, await (await visitor(server)).token())
  another = callAs(server, await (await visitor(server)).token())
})
afterAll(() => server.stop())

const bar = { item_id: 'Bar', title: 'The bar', description: 'Mine.\nAll of it.' }
const place = '/users/me/items/Bar'
const etagOf = (response: Response) => response.headers.get('etag') ?? ''

describe('POST /users/me/items', () => {
  it('answers 201 with the item, its place and its ETag', async () => {
    const created = await mine('POST', '/users/me/items', bar)
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe(place)
    const read = await mine('GET', place)
    expect(etagOf(read)).toBe(etagOf(created))
    expect(await jsonOf(read)).toEqual(await jsonOf(created))
  })

  it('answers 409 where the account has one with this id', async () => {
    await mine('POST', '/users/me/items', { item_id: 'twice' })
    const again = await mine('POST', '/users/me/items', { item_id: 'twice' })
    await expectProblem(again, 409, 'item_exists')
  })

  it.each(['..', '.', 'a/b', 'a b', '', 'ä'])('answers 400 to the id %j', async (item_id) => {
    const refused = await mine('POST', '/users/me/items', { item_id })
    const { errors } = await expectProblem(refused, 400, 'invalid_request')
    expect(errors?.[0]).toMatchObject({ in: 'body', pointer: '/item_id' })
  })
})

describe.each(['GET', 'PATCH', 'DELETE'])('%s /users/me/items/{item_id}', (method) => {
  const body = method === 'PATCH' ? { title: 'Taken' } : undefined

  it('D8 answers 404 to the item of another as to one that nobody has', async () => {
    await mine('POST', '/users/me/items', { item_id: 'private', title: 'Mine' })
    const foreign = await another(method, '/users/me/items/private', body)
    const unknown = await another(method, '/users/me/items/nobodys', body)
    const problem = await expectProblem(foreign, 404, 'not_found')
    expect(await expectProblem(unknown, 404, 'not_found')).toEqual(problem)
    expect(await jsonOf(mine('GET', '/users/me/items/private'))).toMatchObject({ title: 'Mine' })
  })
})

describe('PATCH /users/me/items/{item_id}', () => {
  it('changes what is named, removes what is null, and leaves the rest', async () => {
    await mine('POST', '/users/me/items', { ...bar, item_id: 'patched' })
    const patch = { title: null }
    const changed = await mine('PATCH', '/users/me/items/patched', patch)
    const { title, description } = await jsonOf<Item>(changed)
    expect([title, description]).toEqual([undefined, bar.description])
  })

  it('answers 412 to a stale ETag and changes nothing; of two at once with one ETag one wins', async () => {
    const first = etagOf(await mine('POST', '/users/me/items', { item_id: 'raced', title: '0' }))
    const both = await Promise.all(
      ['1', '2'].map((title) =>
        mine('PATCH', '/users/me/items/raced', { title }, { 'if-match': first }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    const stale = await mine('DELETE', '/users/me/items/raced', undefined, { 'if-match': first })
    await expectProblem(stale, 412, 'precondition_failed')
    const weak = await mine('PATCH', '/users/me/items/raced', {}, { 'if-match': `W/${first}` })
    await expectProblem(weak, 412, 'precondition_failed')
    const matching = `"other", ${etagOf(await mine('GET', '/users/me/items/raced'))}`
    for (const match of [matching, '*']) {
      const headers = { 'if-match': match }
      const changed = await mine('PATCH', '/users/me/items/raced', { title: '3' }, headers)
      expect(changed.status).toBe(200)
    }
  })

  it('answers 400 to an If-Match that is none', async () => {
    const refused = await mine('PATCH', place, { title: 'x' }, { 'if-match': 'unquoted' })
    const { errors } = await expectProblem(refused, 400, 'invalid_request')
    expect(errors?.[0]).toMatchObject({ in: 'header' })
  })
})

describe('DELETE /users/me/items/{item_id}', () => {
  it('answers 204, and the old ETag is not that of the next item with this id', async () => {
    const before = etagOf(await mine('POST', '/users/me/items', { item_id: 'again' }))
    expect((await mine('DELETE', '/users/me/items/again')).status).toBe(204)
    await expectProblem(await mine('GET', '/users/me/items/again'), 404, 'not_found')
    server.advance(1000)
    await mine('POST', '/users/me/items', { item_id: 'again' })
    const stale = await mine('DELETE', '/users/me/items/again', undefined, { 'if-match': before })
    await expectProblem(stale, 412, 'precondition_failed')
  })
})

describe('GET /users/me/items', () => {
  it('leads from page to page by its Link, each item once, the oldest first', async () => {
    const reader = callAs(server, await (await visitor(server)).token())
    const ids = Array.from({ length: 25 }, (_, at) => `item-${at}`)
    for (const item_id of ids) await reader('POST', '/users/me/items', { item_id })
    const seen: string[] = []
    let path: string | undefined = '/users/me/items?limit=10'
    while (path) {
      const page: Response = await reader('GET', path)
      seen.push(...(await jsonOf<Item[]>(page)).map(({ item_id }) => item_id))
      path = /<(.+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1]
    }
    expect(seen).toEqual(['Foo', ...ids])
  })

  it('D8 answers 404 to a cursor that is made up, or of another account', async () => {
    await mine('POST', '/users/me/items', { item_id: 'one-more' })
    const link = (await mine('GET', '/users/me/items?limit=1')).headers.get('link') ?? ''
    const cursor = /cursor=([^>]+)/.exec(link)?.[1]
    expect((await mine('GET', `/users/me/items?cursor=${cursor}`)).status).toBe(200)
    for (const refused of ['abc', 'WyIxIiwiRm9vIl0.aaaaaaaaaaa', `${cursor}x`, `${cursor}.x`])
      await expectProblem(
        await mine('GET', `/users/me/items?cursor=${refused}`),
        404,
        'unknown_cursor',
      )
    const foreign = await another('GET', `/users/me/items?cursor=${cursor}`)
    await expectProblem(foreign, 404, 'unknown_cursor')
    const list = await mine('GET', `/users/me/sessions?cursor=${cursor}`)
    await expectProblem(list, 404, 'unknown_cursor')
  })

  it.each(['0', '101', 'x', '1.5'])('answers 400 to the limit %s', async (limit) => {
    await expectProblem(await mine('GET', `/users/me/items?limit=${limit}`), 400, 'invalid_request')
  })
})
