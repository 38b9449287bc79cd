/** What an import accepts, a login can verify: no parameter at the edge of a scheme makes a verifier throw. */
import { describe, expect, it } from 'vitest'
import { toPhc } from '../../../src/passwords/schemes/argon2.ts'
import { verifierOf } from '../../../src/passwords/schemes/registry.ts'

const salts = [0, 8, 64, 65].map((length) => Buffer.alloc(length, 's'))
const keys = [3, 4, 15, 16, 64, 65].map((length) => Buffer.alloc(length, 'k'))
const pairs = salts.flatMap((salt) => keys.map((key) => ({ salt, key })))
const adapted = (bytes: Buffer) => toPhc(bytes).replaceAll('+', '.')

const argon2Costs = [
  ...['m=7,t=1,p=1', 'm=8,t=1,p=1', 'm=8,t=0,p=1', 'm=0,t=1,p=1', 'm=8,t=1,p=0', 'm=9,t=2,p=1'],
  ...['m=2039,t=1,p=255', 'm=2040,t=1,p=255', 'm=2048,t=1,p=256', 'm=999999999,t=999999999,p=255'],
]
const argon2 = ['argon2id', 'argon2i', 'argon2d'].flatMap((variant) =>
  argon2Costs.flatMap((cost) =>
    pairs.map(({ salt, key }) => `$${variant}$v=19$${cost}$${toPhc(salt)}$${toPhc(key)}`),
  ),
)

const iterations = [0, 1, 2, 2_000_000, 999_999_999]
const pbkdf2 = iterations.flatMap((count) =>
  pairs.flatMap(({ salt, key }) => [
    ...['', '-sha256', '-sha512'].map(
      (digest) => `$pbkdf2${digest}$${count}$${adapted(salt)}$${adapted(key)}`,
    ),
    ...['sha1', 'sha256'].map(
      (digest) => `pbkdf2_${digest}$${count}$${salt}$${key.toString('base64')}`,
    ),
    `pbkdf2:sha512:${count}$${salt}$${key.toString('hex')}`,
  ]),
)

/** The exponent of N, r and p. RFC 7914 §2: N is less than 2^(16 × r). */
const scryptCosts = [
  ...[
    [0, 1, 1],
    [1, 1, 1],
    [15, 1, 1],
    [16, 1, 1],
    [17, 1, 1],
    [20, 1, 1],
    [21, 1, 1],
    [16, 2, 1],
  ],
  ...[
    [4, 0, 1],
    [4, 1, 0],
    [1, 999, 1],
    [1, 1, 999],
    [1, 999, 524],
    [1, 999, 999],
    [99, 8, 1],
  ],
] as const
const scrypt = scryptCosts.flatMap(([ln, r, p]) =>
  pairs.flatMap(({ salt, key }) => [
    `$scrypt$ln=${ln},r=${r},p=${p}$${toPhc(salt)}$${toPhc(key)}`,
    `scrypt:${2 ** ln}:${r}:${p}$${salt}$${key.toString('hex')}`,
    `scrypt$${2 ** ln}$${salt}$${r}$${p}$${key.toString('base64')}`,
    `$firebase-scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`,
  ]),
)

const bcrypt = ['03', '04', '17', '99', '4'].flatMap((cost) =>
  ['.', '/', '9', 'z'].flatMap((letter) =>
    ['{bcrypt}$2y$', 'bcrypt$$2a$', '$2b$', 'bcrypt_sha256$$2b$']
      .map((start) => `${start}${cost}$${letter.repeat(53)}`)
      .concat(
        ['2b,', 'v=2,t=2b,r='].map(
          (version) => `$bcrypt-sha256$${version}${cost}$${letter.repeat(22)}$${letter.repeat(31)}`,
        ),
      ),
  ),
)

describe('a hash at the limits of its scheme', () => {
  it.each(Object.entries({ argon2, pbkdf2, scrypt, bcrypt }))(
    'of %s has no verifier, costs too much, or is verified [K51]',
    (_scheme, hashes) => {
      const failed: string[] = []
      let verified = 0
      const isTried = new Set<string>()
      for (const hash of hashes) {
        const verifier = verifierOf(hash)
        if (!verifier || verifier.costFault) continue
        // A costly one takes up to a second: once is enough.
        const cost = /2000000|ln=(15|16)|\b(32768|65536)\b|999\D+524|m=20\d\d/.exec(hash)?.[0]
        if (cost && isTried.has(cost)) continue
        if (cost) isTried.add(cost)
        verified += 1
        for (const password of cost ? ['x'] : ['', 'é'.repeat(512)])
          try {
            if (verifier.matches(password)) failed.push(`${hash} matches`)
          } catch (error) {
            failed.push(`${hash}: ${error}`)
          }
      }
      expect(failed).toEqual([])
      expect(verified).toBeGreaterThan(0)
    },
  )
})
