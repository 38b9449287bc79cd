/** The texts of faults. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../generated/api.ts'
import { type Call, callAs, jsonOf } from '../harness/call.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let call: Call
beforeAll(async () => {
  server = await testServer()
  call = callAs(server, await server.token())
})
afterAll(() => server.stop())

const errorsOf = async (response: Promise<Response>) => (await jsonOf<Problem>(response)).errors

describe('a fault', () => {
  it('of a pattern does not quote the regular expression [J1]', async () => {
    const detail = 'does not match the required pattern'
    expect(await errorsOf(call('POST', '/users/me/items', { item_id: 'a b' }))).toEqual([
      { in: 'body', pointer: '/item_id', detail },
    ])
    expect(await errorsOf(call('GET', '/users/me/items/a%20b'))).toEqual([
      { in: 'path', pointer: '/item_id', detail },
    ])
  })

  it('of a repeated parameter says that it is repeated [J1]', async () => {
    for (const query of ['limit=1&limit=2', 'cursor=a&limit=1&limit=2&cursor=b'])
      for (const fault of (await errorsOf(call('GET', `/users/me/items?${query}`))) ?? [])
        expect(fault).toMatchObject({ in: 'query', detail: 'is repeated' })
    expect(await errorsOf(call('GET', '/users/me/items?limit=1&limit=2'))).toHaveLength(1)
    expect(await errorsOf(call('GET', '/users/me/items?limit=many'))).toEqual([
      { in: 'query', pointer: '/limit', detail: 'must be integer' },
    ])
  })
})
