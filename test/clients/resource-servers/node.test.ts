/** Resource servers in Node: with express-oauth2-jwt-bearer, with introspection, and the keys that get-jwks finds. */
import { createPublicKey } from 'node:crypto'
import buildGetJwks from 'get-jwks'
import { compactVerify } from 'jose'
import { expect, it } from 'vitest'
import { testServer } from '../../harness/test-server.ts'
import { describeResourceServer } from './describe-resource-server.ts'

const start = { file: process.execPath, args: ['server.ts'] }

describeResourceServer({ name: 'express-oauth2-jwt-bearer', folder: 'express', start })
describeResourceServer({ name: 'introspection', folder: 'introspection', start })

it('get-jwks finds the key of a token through the OpenID configuration [E7, G7]', async () => {
  const server = await testServer()
  const token = await server.token()
  const { kid, alg } = server.services.signingKeys.current()
  const keys = buildGetJwks({ providerDiscovery: true })
  const key = createPublicKey(await keys.getPublicKey({ kid, alg, domain: server.url }))
  expect((await compactVerify(token, key)).protectedHeader).toMatchObject({ kid, typ: 'at+jwt' })
  await server.stop()
})
