import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-answers.ts'
import { compact, forged, unsigned, withRsaKey, withServerKey } from '../harness/forged-token.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let genuine: string
const attacker = generateKeyPairSync('rsa', { modulusLength: 2048 })
beforeAll(async () => {
  server = await testServer()
  genuine = await server.token()
})
afterAll(() => server.stop())

async function expectRefused(token: string): Promise<void> {
  await expectInvalidToken(server, await server.get('/users/me', token))
  expect(server.log()).not.toContain('"level":50')
}

describe('a token that names another key', () => {
  it.each([
    ...['unknown', '', '../../etc/passwd', '/dev/null', "' OR 1=1 --", "x' UNION SELECT 'AA==' --"],
    ...['__proto__', 'constructor', 'toString', 'current', '0', '%00', '\0', '|id', '字🦊'],
    ...['k'.repeat(5000), null, 1, true, [], {}, ['a']],
  ])('E2 is refused with the kid %#', async (kid) => {
    await expectRefused(await forged(genuine, { header: { kid } }, withServerKey(server)))
    await expectRefused(await forged(genuine, { header: { kid } }, withRsaKey(attacker.privateKey)))
    await expectRefused(await forged(genuine, { header: { kid, alg: 'none' } }, unsigned))
  })

  it('E2 is refused with no kid at all', async () => {
    const nameless = { header: { kid: undefined } }
    await expectRefused(await forged(genuine, nameless, withServerKey(server)))
  })
})

describe('a token that is no JWT', () => {
  const header = () => {
    const { kid } = server.services.signingKeys.current()
    return JSON.stringify({ typ: 'at+jwt', alg: 'RS256', kid })
  }

  it.each(['', 'null', '[]', '"x"', '1', '{', '{"exp":9999999999', '[[[[[[[[[['.repeat(300), '\0'])(
    'E2 is refused with the payload %#, though the key be right',
    async (payload) => {
      await expectRefused(await compact(header(), payload, withServerKey(server)))
    },
  )

  it.each(['', 'null', '[]', '"RS256"', '{', '{}', '{"alg":"RS256"', '[[[[[['.repeat(300)])(
    'E2 is refused with the header %#',
    async (text) => {
      await expectRefused(await compact(text, '{}', withServerKey(server)))
    },
  )
})
