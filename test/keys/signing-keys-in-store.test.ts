/** Signing keys on a store, without a server: which key signs, when keys are read again, and what stops the start. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { InvalidSetting, readConfig } from '../../src/config/config.ts'
import { Unavailable } from '../../src/http-error.ts'
import {
  generateSigningKey,
  hs256Jwk,
  openSigningKeys,
  type SigningKeyOptions,
} from '../../src/keys/signing-keys.ts'
import type { SigningKeyRow } from '../../src/store/signing-keys.ts'
import { openStore, type Store } from '../../src/store/store.ts'
import { type TestDatabase, testDatabase } from '../harness/database.ts'

const hour = 3_600_000
const [secret, other] = ['s'.repeat(32), 'o'.repeat(32)] as const

let database: TestDatabase
let store: Store
let time: number
beforeEach(async () => {
  database = await testDatabase()
  store = openStore(readConfig({ ...database.settings, SECRET_KEY: secret }).database)
  await store.migrate()
  time = 1_000_000
})
afterEach(async () => {
  await store.close()
  await database.drop()
})

const now = () => time
const options: SigningKeyOptions = { alg: 'ES256', secret, accessTokenSeconds: 1800, now }
const open = (more: Partial<SigningKeyOptions> = {}) =>
  openSigningKeys(store.signingKeys, { ...options, ...more })

async function addKey(made: SigningKeyOptions): Promise<SigningKeyRow> {
  time += 1
  const row = await generateSigningKey(made, 0)
  await store.signingKeys.add(row)
  return row
}

describe('the keys of a store', () => {
  it('are those in the store, with its version', async () => {
    const keys = await open()
    const [row] = await store.signingKeys.list()
    expect(keys.version).toBe(await store.signingKeys.version())
    expect(keys.current().kid).toBe(row?.kid)
    expect(row).toMatchObject({ alg: 'ES256', retires_at: null })
    expect(JSON.parse(row?.public_jwk ?? '')).toMatchObject({ alg: 'ES256', use: 'sig' })
  })

  it('are read again only after a change', async () => {
    const keys = await open()
    const before = keys.current()
    await keys.refresh()
    expect(keys.find(before.kid)).toBe(before)
    time += 1
    const next = await generateSigningKey(options, 0)
    await store.signingKeys.add(next)
    expect(keys.find(next.kid)).toBeUndefined()
    await keys.refresh()
    expect(keys.current().kid).toBe(next.kid)
  })

  it('are not reused if they have a time of retirement: they would have no successor', async () => {
    const first = (await open()).current().kid
    time += 1
    await open({ alg: 'EdDSA' })
    time += 1
    const keys = await open()
    expect(keys.find(first)?.kid).toBe(first)
    expect(keys.current().kid).not.toBe(first)
    time += hour
    expect(keys.find(first)).toBeUndefined()
    expect(keys.current().alg).toBe('ES256')
  })

  it('that are retired need not be decrypted', async () => {
    const row = await generateSigningKey({ ...options, secret: other }, 0)
    await store.signingKeys.add({ ...row, retires_at: time })
    const keys = await open()
    expect(keys.current().kid).not.toBe(row.kid)
    expect(keys.find(row.kid)).toBeUndefined()
  })

  it('of a different secret stop the start', async () => {
    await open()
    const refusal = new InvalidSetting(
      'SECRET_KEY, or the .secret file beside the database, does not decrypt the signing keys: use the secret of the other servers, or set SECRET_KEY_PREVIOUS to the previous secret; if that is lost, run tessera keys retire --unreadable',
    )
    await expect(open({ secret: other })).rejects.toEqual(refusal)
    await expect(open({ secret: other, previousSecret: 'x'.repeat(32) })).rejects.toEqual(refusal)
    const { kid } = (await open({ secret: other, previousSecret: secret })).current()
    expect((await open({ secret: other })).current().kid).toBe(kid)
  })

  it('of a different secret stop the start even if others can be decrypted', async () => {
    await open()
    await addKey({ ...options, secret: other })
    await expect(open()).rejects.toThrow(InvalidSetting)
  })

  it('stay open if a server with a new secret encrypts them again', async () => {
    const keys = await open()
    const before = keys.current()
    await open({ secret: other, previousSecret: secret })
    await store.signingKeys.retire((await addKey(options)).kid, time)
    await keys.refresh()
    expect(keys.current().kid).toBe(before.kid)
    await expect(open()).rejects.toThrow(InvalidSetting)
  })

  it('that were added with a different secret verify, but do not sign', async () => {
    const keys = await open()
    const before = keys.current()
    const { kid } = await addKey({ ...options, secret: other })
    await keys.refresh()
    expect(keys.find(kid)).toMatchObject({ kid, alg: 'ES256' })
    expect(keys.jwks().keys.map((key) => key.kid)).toEqual([kid, before.kid])
    expect(keys.current().kid).toBe(before.kid)
    await store.signingKeys.retire(before.kid, time)
    await keys.refresh()
    expect(() => keys.current()).toThrow('No signing key is available')
  })

  it('cause a 503 if none can sign', async () => {
    const keys = await open()
    time += 1
    await open({ alg: 'EdDSA' })
    await keys.refresh()
    time += hour
    expect(() => keys.current()).toThrow(Unavailable)
    expect(() => keys.current()).toThrow('No signing key is available')
    await keys.refresh()
    expect(keys.current().alg).toBe('ES256')
  })

  it('sign, and cannot be exported', async () => {
    for (const alg of ['ES256', 'HS256'] as const) {
      const { signWith } = (await open({ alg })).current()
      expect(signWith).toMatchObject({
        extractable: false,
        type: /^HS/.test(alg) ? 'secret' : 'private',
      })
    }
  })
})

describe('the key of HS256', () => {
  it('is the same in every version: other services have a copy', () => {
    expect(hs256Jwk('k'.repeat(32))).toEqual({
      kty: 'oct',
      kid: 'HbwWNYundHh3ZFLAdPeVDbYIC5XCUL2Sf8I1pNs5p8A',
      alg: 'HS256',
      use: 'sig',
      k: 'brKip8gsSteuNr_K0c4a1c_6mqcyp-Tm5hRuBwgd4ws',
    })
  })

  it('is derived from the secret; the previous one still verifies; neither is published', async () => {
    const [before, after] = [hs256Jwk(secret), hs256Jwk(other)]
    const keys = await open({ alg: 'HS256', secret: other, previousSecret: secret })
    expect(keys.current().kid).toBe(after.kid)
    for (const { kid, k } of [before, after]) {
      expect(keys.find(kid)?.verifyWith.export({ format: 'jwk' }).k).toBe(k)
    }
    expect(keys.find('x')).toBeUndefined()
    expect(keys.jwks()).toEqual({ keys: [] })
    expect((await open({ alg: 'HS256', secret: other })).find(before.kid)).toBeUndefined()
    await keys.refresh()
    expect(await store.signingKeys.list()).toEqual([])
  })
})
