import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { type Forge, forgeFor, keyIds, texts } from './token-vectors.ts'

let server: TestServer
let forge: Forge
beforeAll(async () => {
  server = await testServer()
  forge = await forgeFor(server)
})
afterAll(() => server.stop())

describe('a token', () => {
  it.each([...keyIds, ...texts].filter(({ isAccepted }) => !isAccepted))(
    'is rejected with $what [E2]',
    async ({ token }) => {
      await expectInvalidToken(server, await server.get('/users/me', await token(forge)))
      expect(server.log()).not.toContain('"level":50')
    },
  )
})
