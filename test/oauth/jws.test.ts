/** `jws.ts` verifies instead of jose: with the same rules, jose accepts the same tokens of all that the tests forge. */
import { type JWTVerifyOptions, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { signingAlgorithms } from '../../src/config/signing-algorithms.ts'
import { InvalidToken } from '../../src/oauth/bearer-errors.ts'
import { parseJws } from '../../src/oauth/jws.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { type Forge, forgeFor, vectorsOf } from './token-vectors.ts'

describe.each(Object.keys(signingAlgorithms))('a server of %s and jose', (alg) => {
  let server: TestServer
  let forge: Forge
  beforeAll(async () => {
    server = await testServer({ settings: { SIGNING_ALG: alg } })
    forge = await forgeFor(server)
  })
  afterAll(() => server.stop())

  async function isAcceptedHere(token: string): Promise<boolean> {
    return await server.services.accessTokens.verify(token).then(
      () => true,
      (error) => {
        expect(error).toBeInstanceOf(InvalidToken)
        return false
      },
    )
  }

  /** With the rules of `access-tokens.ts`: only the key that `kid` names. */
  async function isAcceptedByJose(token: string): Promise<boolean> {
    const { signingKeys, issuer, audience, now } = server.services
    const options: JWTVerifyOptions = {
      algorithms: [alg],
      issuer,
      audience,
      typ: 'at+jwt',
      clockTolerance: 5,
      currentDate: new Date(now()),
      requiredClaims: ['sub', 'client_id', 'sid', 'scope', 'jti', 'iat', 'exp'],
    }
    const verified = jwtVerify(
      token,
      ({ kid }) => {
        const key = typeof kid === 'string' && signingKeys.find(kid)
        if (!key) throw new Error('unknown kid')
        return key.verifyWith
      },
      options,
    )
    return await verified.then(
      () => true,
      () => false,
    )
  }

  it.each(vectorsOf(alg))('agree on $what [E2, E3]', async ({ token, isAccepted, unlikeJose }) => {
    const made = await token(forge)
    const verdicts = { here: await isAcceptedHere(made), jose: await isAcceptedByJose(made) }
    expect(verdicts).toEqual({ here: isAccepted, jose: isAccepted !== (unlikeJose !== undefined) })
  })
})

it('parseJws decodes no part of a token that has more than three [E2]', () => {
  const decode = vi.spyOn(Buffer, 'from')
  onTestFinished(() => decode.mockRestore())
  expect(parseJws('a.'.repeat(30_000))).toBeUndefined()
  expect(decode).not.toHaveBeenCalled()
})
