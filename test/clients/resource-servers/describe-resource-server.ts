/** What every resource server accepts and rejects: real tokens, and tokens that only look like them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Changes, forged, withKey, withServerKey } from '../../harness/forged-token.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { type Program, type ResourceServer, startProgram } from './resource-server.ts'

export interface DescribedProgram extends Program {
  readonly name: string
  /** The missing tool, if any. Then the tests are skipped. */
  readonly missing?: string | undefined
}

export function describeResourceServer({ name, missing, ...program }: DescribedProgram): void {
  const note = missing ? ` (skipped: there is no ${missing})` : ''

  describe.skipIf(missing)(`a resource server with ${name}${note}`, () => {
    let server: TestServer
    let service: ResourceServer
    let genuine: string
    beforeAll(async () => {
      server = await testServer()
      service = await startProgram(program, server.url)
      genuine = await server.token()
      // Includes compiling.
    }, 300_000)
    afterAll(async () => {
      await service?.stop()
      await server?.stop()
    })

    const statusFor = async (token: string) => (await service.orders(`Bearer ${token}`))[0]
    const changed = (changes: Changes) => forged(genuine, changes, withServerKey(server))

    it('accepts an access token, and reads the account from it [E7]', async () => {
      const [status, body] = await service.orders(`Bearer ${genuine}`)
      const me = JSON.parse(await (await server.get('/users/me', genuine)).text())
      expect(status).toBe(200)
      expect(JSON.parse(body)).toEqual({ owner: me.user_id })
    })

    it('accepts the same token, signed again as the server signs it [E7]', async () => {
      expect(await statusFor(await changed({}))).toBe(200)
    })

    it.each([
      ['a request without a token', undefined],
      ['a token that is no JWT', 'Bearer nonsense'],
    ])('rejects %s [E7]', async (_what, authorization) => {
      const [status] = await service.orders(authorization)
      expect(status).toBe(401)
    })

    it('rejects a token with the signature of a different key [E7]', async () => {
      const { privateKey } = await crypto.subtle.generateKey(
        {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
          hash: 'SHA-256',
        },
        true,
        ['sign'],
      )
      expect(await statusFor(await forged(genuine, {}, withKey(privateKey, 'RS256')))).toBe(401)
    })

    const seconds = Math.floor(Date.now() / 1000)
    it.each([
      ['that has expired', { exp: seconds - 3600, iat: seconds - 7200 }],
      ['for a different audience', { aud: 'https://other.example.com' }],
      ['of a different issuer', { iss: 'https://other.example.com' }],
    ])('rejects a token %s [E7]', async (_what, claims) => {
      expect(await statusFor(await changed({ claims }))).toBe(401)
    })

    it('rejects a refresh token [E7]', async () => {
      const form = { client_id: 'demo-service', client_secret: 'demo-service-secret' }
      const { refresh_token } = JSON.parse(await (await server.login(form)).text())
      expect(await statusFor(refresh_token)).toBe(401)
    })

    it('forbids a token without the scope [E7]', async () => {
      expect(await statusFor(await server.token({ scope: 'me:read' }))).toBe(403)
    })
  })
}
