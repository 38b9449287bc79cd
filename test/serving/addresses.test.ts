import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callAs, jsonOf } from '../harness/call.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { postForm } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings: { TRUST_PROXY: 'loopback' } })
})
afterAll(() => server.stop())

describe('the address that a trusted proxy reports', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1:8080', '192.0.2.1'],
    ['[2001:db8::1]:8080', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
    ['evil, 192.0.2.1', '192.0.2.1'],
    ['evil  by admin  client tessera', undefined],
    ['unknown', undefined],
    ['x'.repeat(120), undefined],
  ])('is recorded if it is an address: %s [H4, J3]', async (reported, address) => {
    const form = { username: 'admin', password: 'administrator123' }
    const headers = { 'x-forwarded-for': reported }
    const { access_token } = await jsonOf<{ access_token: string }>(
      postForm(server, '/token', form, headers),
    )
    const call = callAs(server, access_token)
    const [session] = await itemsOf(call('GET', '/users/me/sessions?limit=1'))
    const [login] = await itemsOf(call('GET', '/audit-events?kind=login&limit=1'))
    expect([session?.address, login?.address]).toEqual([address, address])
  })
})

async function itemsOf(response: Promise<Response>): Promise<readonly { address?: string }[]> {
  return (await jsonOf<{ items: { address?: string }[] }>(response)).items
}
