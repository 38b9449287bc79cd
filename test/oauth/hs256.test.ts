import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { decodeProtectedHeader, importJWK, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder, tessera } from '../harness/command.ts'
import { forged, withHmac } from '../harness/forged-token.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const secret = 'correct-horse-battery-staple-0123'
const settings = { SIGNING_ALG: 'HS256', SECRET_KEY: secret }

describe('SIGNING_ALG=HS256', () => {
  let server: TestServer
  let token: string
  let key: Buffer
  beforeAll(async () => {
    server = await testServer({ settings })
    token = await server.token()
  })
  afterAll(() => server.stop())

  it('signs like the seed [S11]', async () => {
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'HS256', typ: 'at+jwt' })
    expect((await server.get('/users/me', token)).status).toBe(200)
  })

  it('verifies with the key that keys export-hs256 prints, and no other [S11]', async () => {
    const { out } = await tessera(['keys', 'export-hs256'], { settings })
    const jwk = JSON.parse(out)
    key = Buffer.from(jwk.k, 'base64url')
    const { kid } = decodeProtectedHeader(token)
    expect(jwk).toMatchObject({ kty: 'oct', kid, alg: 'HS256', use: 'sig' })
    await jwtVerify(token, await importJWK(jwk), { issuer: server.url, algorithms: ['HS256'] })
    const input = token.slice(0, token.lastIndexOf('.'))
    const signature = token.slice(token.lastIndexOf('.') + 1)
    expect(createHmac('sha256', key).update(input).digest('base64url')).toBe(signature)
  })

  it('verifies with the key that keys export-hs256 prints if SECRET_KEY is not set [S11]', async () => {
    const kept = { SIGNING_ALG: 'HS256', DATABASE_URL: join(temporaryFolder(), 'test.db') }
    const other = await testServer({ settings: kept })
    const { out } = await tessera(['keys', 'export-hs256'], { settings: kept })
    await jwtVerify(await other.token(), await importJWK(JSON.parse(out)))
    await other.stop()
  })

  it('does not sign with SECRET_KEY itself [S11]', async () => {
    const forgery = await forged(token, {}, withHmac(secret))
    expect((await server.get('/users/me', forgery)).status).toBe(401)
    expect((await server.get('/users/me', await forged(token, {}, withHmac(key)))).status).toBe(200)
  })

  it.each(['none', 'HS384', 'RS256', 'hs256'])('rejects the algorithm %s [E2]', async (alg) => {
    const forgery = await forged(token, { header: { alg } }, withHmac(key))
    expect((await server.get('/users/me', forgery)).status).toBe(401)
  })
})

describe('an invalid SECRET_KEY', () => {
  it.each([
    ['the seed’s', '09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7'],
    ['one of 31 bytes', 'correct-horse-battery-staple-01'],
    ['a short one', 'secret'],
  ])('stops the start: %s [S11]', async (_what, key) => {
    const failed = await tessera(['serve'], {
      settings: {
        PORT: '0',
        DATABASE_URL: join(temporaryFolder(), 'test.db'),
        SIGNING_ALG: 'HS256',
        SECRET_KEY: key,
      },
    })
    expect(failed).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^tessera: SECRET_KEY .+\n$/),
    })
    expect(failed.err).not.toContain(key)
  })
})
