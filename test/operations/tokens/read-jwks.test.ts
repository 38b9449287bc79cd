import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('GET /.well-known/jwks.json returns 200', () => {
  it('the public half of the signing key, with Cache-Control: public [E4]', async () => {
    const response = await server.get('/.well-known/jwks.json')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(await response.json()).toEqual({
      keys: [
        {
          kty: 'RSA',
          kid: decodeProtectedHeader(await server.token()).kid,
          alg: 'RS256',
          use: 'sig',
          n: expect.stringMatching(/^[\w-]{342}$/),
          e: 'AQAB',
        },
      ],
    })
  })

  const publicMembers = {
    ES256: ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y'],
    EdDSA: ['kty', 'kid', 'alg', 'use', 'crv', 'x'],
  }

  it.each(Object.entries(publicMembers))(
    'only the public members of an %s key [E4]',
    async (alg, members) => {
      const other = await testServer({ settings: { SIGNING_ALG: alg } })
      const [key, ...more] = (await keysOf(other)).keys
      await other.stop()
      expect(more).toEqual([])
      expect(key).toMatchObject({ alg, use: 'sig' })
      expect(Object.keys(key ?? {}).sort()).toEqual(members.toSorted())
    },
  )

  it('no key with HS256 [E4]', async () => {
    const settings = { SIGNING_ALG: 'HS256', SECRET_KEY: 'k'.repeat(32) }
    const other = await testServer({ settings })
    expect(await keysOf(other)).toEqual({ keys: [] })
    await other.stop()
  })
})

async function keysOf({ get }: TestServer): Promise<{ keys: Record<string, unknown>[] }> {
  return JSON.parse(await (await get('/.well-known/jwks.json')).text())
}
