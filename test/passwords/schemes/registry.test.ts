import { describe, expect, it } from 'vitest'
import { firebaseHash } from '../../../src/passwords/schemes/firebase-scrypt.ts'
import { verifierOf } from '../../../src/passwords/schemes/registry.ts'
import { unsupportedHash } from '../../../src/passwords/schemes/unsupported.ts'
import { foreignRecords } from '../foreign/records.ts'

const { firebase, 'firebase parameters': parameters } = foreignRecords
const project = {
  signerKey: Buffer.from(parameters.signer_key, 'base64'),
  saltSeparator: Buffer.from(parameters.salt_separator, 'base64'),
  rounds: parameters.rounds,
  memCost: parameters.mem_cost,
}

const matches = (hash: string, password: string) => verifierOf(hash)?.matches(password)

describe('verifierOf', () => {
  it.each(['argon2-cffi', 'pwdlib', 'passlib', 'django', 'werkzeug'] as const)(
    'verifies twenty hashes of %s, each within the limits of cost [K50]',
    (library) => {
      const records = foreignRecords[library]
      expect(records).toHaveLength(20)
      const seen = new Set<string>()
      for (const { scheme, password, hash } of records) {
        const costFault = verifierOf(hash)?.costFault
        const right = matches(hash, password)
        expect({ scheme, costFault, right }).toEqual({ scheme, right: true })
        // The first hash of a scheme has the default cost, which takes long.
        if (seen.has(scheme)) expect(matches(hash, `${password.slice(0, -1)}!`)).toBe(false)
        seen.add(scheme)
      }
    },
  )

  it('verifies twenty hashes of Firebase [K50]', () => {
    expect(firebase).toHaveLength(20)
    for (const { password, salt, passwordHash } of firebase) {
      const [key, salted] = [Buffer.from(passwordHash, 'base64'), Buffer.from(salt, 'base64')]
      const hash = firebaseHash(project, key, salted) ?? ''
      expect(matches(hash, password)).toBe(true)
    }
  })

  /** https://github.com/firebase/scrypt, README. */
  it('verifies the example of Firebase [K50]', () => {
    const key =
      'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='
    const salt = Buffer.from('42xEC+ixf3L2lw==', 'base64')
    const hash = firebaseHash(project, Buffer.from(key, 'base64'), salt) ?? ''
    expect(matches(hash, 'user1password')).toBe(true)
    expect(matches(hash, 'user2password')).toBe(false)
    expect(hash).not.toContain(parameters.signer_key.slice(0, 20))
  })

  it('verifies bcrypt as Spring and Django write it [K50]', () => {
    const bcrypt = '$2b$12$EixZaYVK1fsbw1ZfbX3OXePaWxn96p36WQoeG6Lruj3vjPGga31lW'
    for (const prefix of ['', '{bcrypt}', 'bcrypt$'])
      expect(matches(`${prefix}${bcrypt}`, 'secret')).toBe(true)
  })

  const salt = 'c29tZXNhbHRzb21lc2FsdA'
  const key = 'A'.repeat(43)
  it.each([
    `$argon2id$v=19$m=131073,t=1,p=1$${salt}$${key}`,
    `$argon2id$v=19$m=131072,t=5,p=1$${salt}$${key}`,
    `argon2$argon2id$v=19$m=999999999,t=999999999,p=1$${salt}$${key}`,
    `$pbkdf2-sha256$2000001$${salt}$${key}`,
    `$pbkdf2$1000001$${salt}$${key}`,
    `pbkdf2_sha256$999999999$salt$${key}=`,
    `$scrypt$ln=18,r=8,p=1$${salt}$${key}`,
    `scrypt:32768:8:5$salt$${'00'.repeat(32)}`,
    `$firebase-scrypt$ln=30,r=8,p=1$${salt}$${key}`,
  ])('says that %s costs too much [K51]', (hash) => {
    expect(verifierOf(hash)?.costFault).toMatch(/^the hash costs too much, .*: the limit is /)
  })

  it.each([
    ['', ''],
    ['hunter2', ''],
    ['!Zkd0', 'of an unusable password'],
    [`$argon2id$v=16$m=1024,t=1,p=1$${salt}$${key}`, 'Argon2 of version 16'],
    [`$argon2id$m=1024,t=1,p=1$${salt}$${key}`, 'Argon2 of version 16'],
    [`$argon2id$v=19$m=1024,t=1,p=1$${salt}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=7,t=1,p=1$${salt}$${key}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=1024,t=0,p=1$${salt}$${key}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=1024,t=1,p=0$${salt}$${key}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=8192,t=1,p=256$${salt}$${key}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=1024,t=1,p=1$c29tZQ$${key}`, 'Argon2 of this form'],
    [`$argon2id$v=19$m=1024,t=1,p=1$${salt}$QUJD`, 'Argon2 of this form'],
    ['$1$abc$def', 'MD5-crypt'],
    ['$5$abc$def', 'SHA-256-crypt'],
    ['$6$abc$def', 'SHA-512-crypt'],
    ['$y$j9T$abc$def', 'yescrypt'],
    ['$P$Babc', 'phpass'],
    [`pbkdf2_md5$1000$salt$${key}=`, 'PBKDF2 of this form'],
    [`pbkdf2:sha256$salt$${'00'.repeat(32)}`, 'PBKDF2 of this form'],
    [`$pbkdf2-sha256$0$${salt}$${key}`, 'PBKDF2 of this form'],
    [`$pbkdf2-sha256$1000$${salt}$QUJD`, 'PBKDF2 of this form'],
    [`scrypt:1000:8:1$salt$${'00'.repeat(32)}`, 'scrypt of this form'],
    [`scrypt:1024:0:1$salt$${'00'.repeat(32)}`, 'scrypt of this form'],
    [`scrypt:65536:1:1$salt$${'00'.repeat(32)}`, 'scrypt of this form'],
    ['scrypt:1024:8:1$salt$00', 'scrypt of this form'],
    ['{SSHA}abc', 'SHA'],
    ['sha1$abc$def', 'SHA'],
    ['md5$abc$def', 'MD5'],
    ['{noop}password', 'plain text'],
    ['$2x$12$abc', 'bcrypt of this form'],
    [`bcrypt_sha256$$2b$99$${'a'.repeat(53)}`, 'bcrypt of this form'],
  ])('knows no verifier of %j, and the refusal names the scheme: %s [K50]', (hash, name) => {
    expect(verifierOf(hash)).toBeUndefined()
    const named = name ? ` (${name})` : ''
    expect(unsupportedHash(hash)).toBe(
      `unsupported hash${named}: use bcrypt of cost 4 to 16, Argon2, PBKDF2, scrypt, or a hash of this server`,
    )
  })
})
