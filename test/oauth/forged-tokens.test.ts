import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { exportJWK, exportSPKI } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-answers.ts'
import {
  type Changes,
  forged,
  unsigned,
  withHmac,
  withRsaKey,
  withServerKey,
} from '../harness/forged-token.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let genuine: string
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** Whoever is sent to it by a token has taken the token's word. */
let trap: Server
let trapUrl: string
let visits = 0

beforeAll(async () => {
  server = await testServer()
  genuine = await server.token()
  trap = createServer((_req, res) => {
    visits += 1
    res.end('{"keys":[]}')
  })
  await new Promise<void>((listening) => trap.listen(0, '127.0.0.1', listening))
  const address = trap.address()
  trapUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`
})
afterAll(async () => {
  await server.stop()
  trap.close()
})

async function expectRefused(token: string): Promise<void> {
  await expectInvalidToken(server, await server.get('/users/me', token))
  expect(server.log()).not.toContain('"level":50')
}

const publicKey = () => server.services.signingKeys.current().verifyWith

describe('a forged token', () => {
  it('E2 is made here as a genuine one is: signed with the right key, it is taken', async () => {
    const copy = await forged(genuine, {}, withServerKey(server))
    expect((await server.get('/users/me', copy)).status).toBe(200)
  })

  it.each(['none', 'None', 'NONE', 'nOnE', ''])(
    'E2 is refused with the algorithm %j, signed or not',
    async (alg) => {
      await expectRefused(await forged(genuine, { header: { alg } }, unsigned))
      await expectRefused(await forged(genuine, { header: { alg } }, withServerKey(server)))
      await expectRefused(await forged(genuine, { header: { alg, kid: undefined } }, unsigned))
    },
  )

  it.each([null, 1, true, [], ['RS256'], {}])(
    'E2 is refused with the algorithm %j',
    async (alg) => {
      await expectRefused(await forged(genuine, { header: { alg } }, withServerKey(server)))
    },
  )

  it('E2 is refused with HS256 and the public key for a secret, in any of its forms', async () => {
    const pem = await exportSPKI(publicKey())
    const jwk = await exportJWK(publicKey())
    const published = (await server.get('/.well-known/jwks.json')).text()
    const secrets = [
      pem,
      pem.trim(),
      Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'),
      JSON.stringify(jwk),
      await published,
      JSON.stringify(JSON.parse(await published).keys[0]),
      Buffer.from(jwk.n ?? '', 'base64url'),
      jwk.n ?? '',
      '',
    ]
    for (const secret of secrets) {
      await expectRefused(await forged(genuine, { header: { alg: 'HS256' } }, withHmac(secret)))
    }
  })

  it.each(['RS384', 'RS512', 'PS256', 'ES256', 'EdDSA', 'HS384', 'rs256'])(
    'E2 is refused with %s for a key of RS256',
    async (alg) => {
      await expectRefused(await forged(genuine, { header: { alg } }, withServerKey(server)))
    },
  )

  it('E2 is refused with the attacker’s key, in its header or behind an address', async () => {
    const jwk = { ...(await exportJWK(attacker.publicKey)), alg: 'RS256', use: 'sig', kid: 'mine' }
    const der = attacker.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    const headers: Changes['header'][] = [
      {},
      { jwk },
      { jku: trapUrl },
      { x5u: trapUrl },
      { x5c: [der] },
      { jwk, jku: trapUrl, x5u: trapUrl, x5c: [der] },
    ]
    for (const header of headers) {
      for (const kid of [{}, { kid: 'mine' }, { kid: trapUrl }, { kid: undefined }]) {
        await expectRefused(
          await forged(genuine, { header: { ...header, ...kid } }, withRsaKey(attacker.privateKey)),
        )
      }
    }
    expect(visits).toBe(0)
  })

  it.each([
    { crit: ['unknown'], unknown: true },
    { crit: ['exp'] },
    { crit: [] },
    { crit: 'b64' },
    { crit: ['b64'], b64: false },
    { b64: false },
  ])('E2 is refused with %j, though the key be right', async (header) => {
    await expectRefused(await forged(genuine, { header }, withServerKey(server)))
  })
})
