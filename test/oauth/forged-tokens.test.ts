import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import {
  algorithms,
  attackersKey,
  extensions,
  type Forge,
  forgeFor,
  genuine,
  publicKeyAsSecret,
  signatures,
} from './token-vectors.ts'

let server: TestServer
let forge: Forge

/** A server whose URL is only in forged tokens: a request to it means that a token was trusted. */
let trap: Server
let visits = 0

beforeAll(async () => {
  server = await testServer()
  trap = createServer((_req, res) => {
    visits += 1
    res.end('{"keys":[]}')
  })
  await new Promise<void>((listening) => trap.listen(0, '127.0.0.1', listening))
  const address = trap.address()
  const port = typeof address === 'object' ? address?.port : ''
  forge = await forgeFor(server, `http://127.0.0.1:${port}/keys`)
})
afterAll(async () => {
  await server.stop()
  trap.close()
})

async function expectRefused(token: string): Promise<void> {
  await expectInvalidToken(server, await server.get('/users/me', token))
  expect(server.log()).not.toContain('"level":50')
}

describe('a token', () => {
  it.each(genuine)('is accepted: $what [E2]', async ({ token }) => {
    expect((await server.get('/users/me', await token(forge))).status).toBe(200)
  })

  it.each([...algorithms, ...signatures, ...extensions])(
    'is rejected with $what [E2, S7, D4]',
    async ({ token }) => {
      await expectRefused(await token(forge))
    },
  )

  it('is rejected with HS256 and the public key as secret, in any encoding [E2]', async () => {
    for (const { token } of publicKeyAsSecret) await expectRefused(await token(forge))
  })

  it('is rejected with the attacker’s key, in the header or at a URL [E2]', async () => {
    for (const { token } of attackersKey) await expectRefused(await token(forge))
    expect(visits).toBe(0)
  })
})
