/** Which key signs when, and until when each key is accepted. */
import { describe, expect, it } from 'vitest'
import { InvalidSetting } from '../../src/config/config.ts'
import {
  algorithmInUse,
  generateSigningKey,
  isRetired,
  lastTokenExpires,
  requireSameSettings,
  signingKey,
} from '../../src/keys/signing-keys.ts'

const key = (kid: string, signs_from: number, retires_at: number | null = null, alg = 'RS256') => ({
  kid,
  alg,
  signs_from,
  retires_at,
})

describe('a signing key', () => {
  it('is rejected from its time of retirement on', () => {
    expect(isRetired({ retires_at: null }, 9)).toBe(false)
    expect(isRetired({ retires_at: 10 }, 9)).toBe(false)
    expect(isRetired({ retires_at: 10 }, 10)).toBe(true)
    expect(isRetired({ retires_at: 0 }, 10)).toBe(true)
  })

  it('is accepted until its last token has expired, plus one minute', () => {
    expect(lastTokenExpires({ accessTokenSeconds: 30 }, 1_000_000)).toBe(1_090_000)
  })
})

describe('the key that signs', () => {
  const next = key('next', 20)
  const now = key('now', 10, 60)
  const before = key('before', 0, 40)

  it('is the newest whose signs_from has passed', () => {
    const keys = [next, now, before]
    expect(signingKey(keys, 'RS256', 9)).toBe(before)
    expect(signingKey(keys, 'RS256', 10)).toBe(now)
    expect(signingKey(keys, 'RS256', 20)).toBe(next)
  })

  it('is the next one early if no other is left', () => {
    const later = key('later', 30)
    expect(signingKey([later, next], 'RS256', 0)).toBe(next)
    expect(signingKey([later, key('retired', 0, 5)], 'RS256', 5)).toBe(later)
  })

  it('is undefined without a key of this algorithm', () => {
    expect(signingKey([key('other', 0, null, 'ES256'), before], 'RS256', 9)).toBe(before)
    expect(signingKey([before], 'ES256', 9)).toBeUndefined()
    expect(signingKey([before], 'RS256', 40)).toBeUndefined()
    expect(signingKey([], 'RS256', 0)).toBeUndefined()
  })
})

describe('requireSameSettings', () => {
  const options = {
    alg: 'ES256',
    secret: 's'.repeat(32),
    accessTokenSeconds: 60,
    now: () => 100,
  } as const
  const refusal = new InvalidSetting(
    'SECRET_KEY does not decrypt the signing keys: set it as on the server',
  )

  it('requires the algorithm in use', async () => {
    const row = await generateSigningKey(options, 50)
    const retired = {
      ...(await generateSigningKey({ ...options, alg: 'EdDSA' }, 0)),
      retires_at: 200,
    }
    expect(row).toMatchObject({ alg: 'ES256', created_at: 100, signs_from: 50, retires_at: null })
    expect([algorithmInUse([retired, row]), algorithmInUse([retired])]).toEqual([
      'ES256',
      undefined,
    ])
    await requireSameSettings([retired, row], options)
    await requireSameSettings([retired], options)
    await requireSameSettings([], options)
    await expect(requireSameSettings([row], { ...options, alg: 'RS256' })).rejects.toEqual(
      new InvalidSetting('the signing keys are for ES256: set SIGNING_ALG as on the server'),
    )
  })

  it('requires a secret that decrypts every accepted key', async () => {
    const row = await generateSigningKey(options, 50)
    const other = 'o'.repeat(32)
    await expect(requireSameSettings([row], { ...options, secret: other })).rejects.toEqual(refusal)
    await requireSameSettings([row], { ...options, secret: other, previousSecret: options.secret })
    await requireSameSettings([{ ...row, retires_at: 100 }], { ...options, secret: other })
    await expect(
      requireSameSettings(
        [row, await generateSigningKey({ ...options, secret: other }, 0)],
        options,
      ),
    ).rejects.toEqual(refusal)
  })
})
