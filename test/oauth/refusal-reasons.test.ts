/** A client gets `invalid_token` for every rejected token. The log, at level info, names the check that rejected it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeAccount } from '../harness/accounts.ts'
import { forged, unsigned, withServerKey } from '../harness/forged-token.ts'
import { logLines } from '../harness/log-lines.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'
import { postForm } from '../harness/token-request.ts'

let server: TestServer
let genuine: string
beforeAll(async () => {
  server = await testServer({ settings: { LOG_LEVEL: 'info' } })
  genuine = await server.token()
})
afterAll(() => server.stop())

const signed = (changes: Parameters<typeof forged>[1]) =>
  forged(genuine, changes, withServerKey(server))

const refused: Readonly<Record<string, () => Promise<string>>> = {
  'malformed JWS': async () => 'x',
  'unknown kid or alg mismatch': () => signed({ header: { kid: 'x' } }),
  'wrong signature': async () => (await forged(genuine, {}, unsigned)) + 'A'.repeat(342),
  'wrong typ, missing claim or excessive lifetime': () => signed({ header: { typ: 'JWT' } }),
  'issuer or audience mismatch': () => signed({ claims: { aud: 'x' } }),
  'expired or not yet valid': () => signed({ claims: { exp: 1 } }),
  'account deleted': async () => {
    const { username, token } = await testUser(server)
    await removeAccount(server, username)
    return token
  },
  'token revoked or session ended': async () => {
    const { token } = await testUser(server)
    await postForm(server, '/revoke', { token })
    return token
  },
}

it.each(Object.entries(refused))(
  'the log says why a token was rejected: %s',
  async (reason, make) => {
    const token = await make()
    const before = server.log().length
    expect((await server.get('/users/me', token)).status).toBe(401)
    // The line is logged after the response. A preceding login or revocation has no cause.
    const refusals = () => logLines(server.log().slice(before)).filter((line) => line.cause)
    await expect.poll(refusals).toHaveLength(1)
    expect(refusals()).toMatchObject([{ level: 30, code: 'invalid_token', cause: reason }])
    expect(refusals()[0]).not.toHaveProperty('err')
  },
)
