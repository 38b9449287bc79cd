import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compactDecrypt, decodeProtectedHeader, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deriveKey } from '../../src/keys/secrets.ts'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { type TestServer, type TestServerOptions, testServer } from '../harness/test-server.ts'

const oldSecret = 'o'.repeat(32)
const newSecret = 'n'.repeat(32)

let folder: string
let file: string
const running: TestServer[] = []
beforeEach(() => {
  folder = temporaryFolder()
  file = join(folder, 'test.db')
})
afterEach(() => stopAll())

/** A server on a file that remains after the server has stopped. */
async function serverOn(settings: Record<string, string> = {}, more: TestServerOptions = {}) {
  const server = await testServer({ settings: { DATABASE_URL: file, ...settings }, ...more })
  running.push(server)
  return server
}

async function stopAll(): Promise<void> {
  await Promise.all(running.splice(0).map((server) => server.stop()))
}

/** Starts a server as `serverOn` does, and stops it. */
async function startAndStop(...options: Parameters<typeof serverOn>): Promise<void> {
  await serverOn(...options)
  await stopAll()
}

/** The only key of the server, decrypted. */
async function privateKeyOf({ services }: TestServer, secret: string): Promise<JWK> {
  const [row] = await services.store.signingKeys.list()
  const { plaintext } = await compactDecrypt(
    row?.private_jwe ?? '',
    deriveKey(secret, 'encrypt signing keys'),
  )
  return JSON.parse(Buffer.from(plaintext).toString())
}

const everythingStored = () =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toString(
    'latin1',
  )

/** The forms in which a key could leak. */
function formsOf(member: string): string[] {
  const bytes = Buffer.from(member, 'base64url')
  const encodings = ['base64url', 'base64', 'hex', 'latin1'] as const
  return encodings.map((encoding) => bytes.toString(encoding))
}

describe('the signing keys', () => {
  it.each(['RS256', 'ES256', 'EdDSA'])('are stored encrypted only (%s)', async (alg) => {
    const server = await serverOn({ SIGNING_ALG: alg, SECRET_KEY: oldSecret })
    const { d = '', p, q, dp, dq, qi, n, x } = await privateKeyOf(server, oldSecret)
    const stored = everythingStored()
    expect(stored).toContain(n ?? x)
    expect(d).toMatch(/^[\w-]{43,}$/)
    const members = [d, p, q, dp, dq, qi].filter((member) => member !== undefined)
    const readable = members.flatMap(formsOf).filter((form) => stored.includes(form))
    expect(readable).toEqual([])
    expect(stored).not.toContain(oldSecret)
  })

  it('are generated once, and tokens survive a restart', async () => {
    const first = await serverOn({ ISSUER: 'https://id.example.com' })
    const token = await first.token()
    await stopAll()
    const second = await serverOn({ ISSUER: 'https://id.example.com' }, { empty: true })
    expect((await second.get('/users/me', token)).status).toBe(200)
    const { kid } = decodeProtectedHeader(await second.token())
    expect(kid).toBe(decodeProtectedHeader(token).kid)
  })

  it('are encrypted again with a new SECRET_KEY and SECRET_KEY_PREVIOUS', async () => {
    const first = await serverOn({ SECRET_KEY: oldSecret })
    const { kid } = first.services.signingKeys.current()
    const key = await privateKeyOf(first, oldSecret)
    await stopAll()
    const both = { SECRET_KEY: newSecret, SECRET_KEY_PREVIOUS: oldSecret }
    await startAndStop(both, { empty: true })
    const third = await serverOn({ SECRET_KEY: newSecret }, { empty: true })
    expect(third.services.signingKeys.current().kid).toBe(kid)
    expect(await privateKeyOf(third, newSecret)).toEqual(key)
    await expect(privateKeyOf(third, oldSecret)).rejects.toThrow()
  })

  it('stop the start with a new SECRET_KEY without SECRET_KEY_PREVIOUS', async () => {
    await startAndStop({ SECRET_KEY: oldSecret })
    const settings = { PORT: '0', DATABASE_URL: file, SECRET_KEY: newSecret }
    const failed = await tessera(['serve'], { settings })
    expect(failed).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^tessera: .*SECRET_KEY_PREVIOUS.*\n$/),
    })
    expect(failed.err).not.toContain(newSecret)
  })

  it('have one algorithm each, and keys of the previous algorithm still verify', async () => {
    const issuer = { ISSUER: 'https://id.example.com' }
    const first = await serverOn(issuer)
    const token = await first.token()
    await stopAll()
    const second = await serverOn({ ...issuer, SIGNING_ALG: 'ES256' }, { empty: true })
    expect(decodeProtectedHeader(await second.token()).alg).toBe('ES256')
    expect((await second.get('/users/me', token)).status).toBe(200)
    const { keys } = second.services.signingKeys.jwks()
    expect(keys.map(({ alg }) => alg)).toEqual(['ES256', 'RS256'])
  })

  it('are rejected, if of the previous algorithm, once their last token has expired [E5]', async () => {
    await startAndStop()
    const second = await serverOn({ SIGNING_ALG: 'ES256' }, { empty: true })
    const algs = () => second.services.signingKeys.jwks().keys.map(({ alg }) => alg)
    second.advance(1_850_000)
    expect(algs()).toEqual(['ES256', 'RS256'])
    second.advance(15_000)
    expect(algs()).toEqual(['ES256'])
  })

  it('never run out, even if a server with a different algorithm was started on the store [E5]', async () => {
    const first = await serverOn()
    const second = await serverOn({ SIGNING_ALG: 'ES256' }, { empty: true })
    for (const _hour of [1, 2, 3]) {
      for (const server of [first, second]) {
        server.advance(3_600_000)
        expect((await server.login()).status).toBe(200)
        expect((await server.get('/readyz')).status).toBe(200)
      }
    }
  })
})
