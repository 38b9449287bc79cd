import { decodeProtectedHeader } from 'jose'
import { describe, expect, it } from 'vitest'
import { expectInvalidToken } from '../harness/error-responses.ts'
import { rotateKeys, sixMinutes } from '../harness/key-rotation.ts'
import { replicas, sharedIssuer } from '../harness/replicas.ts'
import type { TestServer } from '../harness/test-server.ts'

const minute = 60_000
const issuer = { url: sharedIssuer }

const kidOf = (token: string) => decodeProtectedHeader(token).kid
const signingKid = async (server: TestServer) => kidOf(await server.token())
const statusOf = async (server: TestServer, token: string) =>
  (await server.get('/users/me', token)).status

/** The key ids in the JWKS, in order. */
async function published(server: TestServer): Promise<string[]> {
  const { keys } = JSON.parse(await (await server.get('/.well-known/jwks.json')).text())
  return keys.map(({ kid }: { kid: string }) => kid)
}

// The keys are changed through the first server; the second one learns of it through the store only.
describe('the rotation of the signing keys', () => {
  it('publishes the new key at once, and signs with it once every cache has it [E5]', async () => {
    const { first, second, advance } = await replicas()
    const old = await signingKid(second)
    expect(await published(second)).toEqual([old])
    advance(minute)
    const next = await rotateKeys(first)
    expect(await published(second)).toEqual([next, old])
    advance(sixMinutes - minute)
    expect(await signingKid(second)).toBe(old)
    advance(minute)
    expect([await signingKid(first), await signingKid(second)]).toEqual([next, next])
  })

  it('accepts the old tokens until they expire, and then publishes the new key only [E5]', async () => {
    const { first, second, advance } = await replicas()
    advance(minute)
    const next = await rotateKeys(first)
    advance(sixMinutes - 10_000)
    const last = await second.token()
    const old = kidOf(last)
    advance(10_000)
    expect(await signingKid(second)).toBe(next)
    advance(29 * minute)
    expect(await statusOf(first, last)).toBe(200)
    expect(await statusOf(second, last)).toBe(200)
    expect(await published(second)).toEqual([next, old])
    advance(2 * minute)
    await expectInvalidToken(issuer, await second.get('/users/me', last))
    expect(await published(second)).toEqual([next])
    expect(await statusOf(second, await first.token())).toBe(200)
  })

  it('is noticed by a server that has not signed or published since [E5]', async () => {
    const { first, second, advance } = await replicas()
    const before = await second.token()
    expect(await statusOf(second, before)).toBe(200)
    advance(minute)
    const next = await rotateKeys(first, 0)
    const after = await first.token()
    expect(kidOf(after)).toBe(next)
    expect([await statusOf(second, after), await statusOf(second, before)]).toEqual([200, 200])
  })
})

describe('the retirement of a signing key', () => {
  it('rejects its tokens from the next request on, on every server [D7, E5]', async () => {
    const { first, second, advance } = await replicas()
    const token = await second.token()
    const old = kidOf(token) ?? ''
    expect([await statusOf(first, token), await statusOf(second, token)]).toEqual([200, 200])
    advance(minute)
    const next = await rotateKeys(first, 0)
    const fresh = await second.token()
    expect(await statusOf(second, token)).toBe(200)
    expect(await first.services.store.signingKeys.retire(old, first.services.now())).toBe(true)
    await expectInvalidToken(issuer, await second.get('/users/me', token))
    await expectInvalidToken(issuer, await first.get('/users/me', token))
    expect(await statusOf(second, fresh)).toBe(200)
    expect(await published(second)).toEqual([next])
  })

  it('lets the next key sign early if no other key is left [E5]', async () => {
    const { first, second, advance } = await replicas({ ACCESS_TOKEN_EXPIRE_MINUTES: '1' })
    const { signingKeys } = first.services.store
    const between = await rotateKeys(first)
    advance(5 * minute)
    const next = await rotateKeys(first)
    expect(await signingKeys.retire(between, first.services.now())).toBe(true)
    advance(4 * minute)
    expect(await signingKid(second)).toBe(next)
  })
})
