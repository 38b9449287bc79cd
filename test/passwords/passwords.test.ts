import { createHmac } from 'node:crypto'
import { compareSync, hashSync } from 'bcrypt'
import { afterAll, describe, expect, it } from 'vitest'
import { createHashPool } from '../../src/passwords/hash-pool.ts'
import { passwordFault } from '../../src/passwords/password-policy.ts'
import {
  createPasswords,
  type PasswordSettings,
  type Passwords,
} from '../../src/passwords/passwords.ts'
import { hashFault, withCut } from '../../src/passwords/stored-hash.ts'
import { oneThreadServer, whileHashing } from '../harness/busy-pool.ts'

const oldPepper = 'o'.repeat(32)
const newPepper = 'n'.repeat(32)

const pool = createHashPool({ hashThreads: 2, hashQueue: 100, hashWaitMs: 60_000 })
afterAll(() => pool.close())

/** The minimum cost of bcrypt, on which these tests do not depend. */
function passwordsWith(settings: Partial<PasswordSettings> = {}): Passwords {
  return createPasswords(pool, {
    bcryptCost: 4,
    passwordScheme: 'bcrypt',
    pepper: undefined,
    pepperPrevious: undefined,
    ...settings,
  })
}

describe('a password hash', () => {
  const passwords = passwordsWith()

  it('verifies its password and no other', async () => {
    const hash = await passwords.hash('secret123')
    expect(await passwords.verify('secret123', hash)).toBe(true)
    expect(await passwords.verify('secret124', hash)).toBe(false)
    expect(await passwords.verify('', hash)).toBe(false)
  })

  it.each([
    ['behind their first 72 bytes', `${'x'.repeat(72)}a`, `${'x'.repeat(72)}b`],
    ['behind their first 1,000 bytes', `${'x'.repeat(1000)}a`, `${'x'.repeat(1000)}b`],
    ['by a NUL and all that follows it', 'secret123', 'secret123\0secret123'],
    ['by what follows a NUL', 'secret\u0000123', 'secret\u0000124'],
    ['by a NUL at the end', 'secret123', 'secret123\0'],
    ['by a repetition', 'secret', 'secretsecret'],
    ['by an accent', 'creme', 'crème'],
  ])('distinguishes passwords that differ %s [I2]', async (_how, password, other) => {
    const hash = await passwords.hash(password)
    expect(await passwords.verify(password, hash)).toBe(true)
    expect(await passwords.verify(other, hash)).toBe(false)
    expect(await passwords.verify(password, await passwords.hash(other))).toBe(false)
  })

  it('is salted, and names its scheme, pepper and cost', async () => {
    const [one, two] = await Promise.all([passwords.hash('x'), passwords.hash('x')])
    expect(one).toMatch(/^hmac-sha384-nfc:none:\$2b\$04\$[./A-Za-z0-9]{53}$/)
    expect(two).not.toBe(one)
  })

  it('is not the bcrypt of the password itself', async () => {
    const [, , bcrypt = ''] = (await passwords.hash('secret123')).split(':')
    expect(compareSync('secret123', bcrypt)).toBe(false)
  })

  it('has the cost of the settings', async () => {
    expect(await passwordsWith({ bcryptCost: 5 }).hash('x')).toMatch(/:\$2b\$05\$/)
  })

  it('of an unknown user matches no password', async () => {
    for (const password of ['', 'secret123', 'undefined']) {
      expect(await passwords.verify(password, undefined)).toBe(false)
    }
  })
})

describe('the form of a password', () => {
  const passwords = passwordsWith()
  const [composed, decomposed] = ['caf\u00E9 cr\u00E8me', 'cafe\u0301\u00A0cre\u0300me']

  it('is that of RFC 8265: composed, with plain spaces [K56]', async () => {
    for (const [typed, other] of [
      [composed, decomposed],
      [decomposed, composed],
    ] as const) {
      const hash = await passwords.hash(typed)
      expect(await passwords.verify(other, hash)).toBe(true)
      expect(await passwords.verify('cafe creme', hash)).toBe(false)
      expect(await passwords.verify(other.toUpperCase(), hash)).toBe(false)
      expect(passwords.mustRenew(typed, hash)).toBe(false)
    }
  })

  it('was as typed in older hashes, which are verified so and renewed [K56]', async () => {
    const input = createHmac('sha384', 'tessera').update(decomposed).digest('base64')
    const older = `hmac-sha384:none:${hashSync(input, 4)}`
    expect(await passwords.verify(decomposed, older)).toBe(true)
    expect(await passwords.verify(composed, older)).toBe(false)
    expect(passwords.mustRenew(decomposed, older)).toBe(true)
  })
})

describe('a hash of a system that cut passwords', () => {
  const passwords = passwordsWith()
  const long = `${'x'.repeat(71)}\u00E9 and more`
  const hash = withCut(hashSync(long, 4))

  it('opens the account for what that system accepted [K57]', async () => {
    for (const accepted of [long, `${'x'.repeat(71)}\u00E9`, `${'x'.repeat(71)}\u00E9 or other`])
      expect(await passwords.verify(accepted, hash)).toBe(true)
    expect(await passwords.verify('x'.repeat(71), hash)).toBe(false)
    expect(await passwords.verify(long, hash.replace('first-72-bytes:', ''))).toBe(false)
  })

  it('is renewed with a password that was read whole only [K57]', () => {
    expect(passwords.mustRenew('x'.repeat(72), hash)).toBe(true)
    expect(passwords.mustRenew('x'.repeat(73), hash)).toBe(false)
    expect(passwords.mustRenew(`${'x'.repeat(71)}\u00E9`, hash)).toBe(false)
  })

  it('is one of bcrypt: other schemes read whole passwords [K57]', () => {
    for (const other of ['$argon2id$x', `bcrypt_sha256$${hashSync('x', 4)}`])
      expect(withCut(other)).toBe(other)
  })
})

describe('Argon2id', () => {
  const argon2id = passwordsWith({ passwordScheme: 'argon2id', pepper: newPepper })

  it('hashes with the parameters of OWASP, all bytes, and the pepper [K55]', async () => {
    const [one, two] = await Promise.all([argon2id.hash('x'.repeat(73)), argon2id.hash('x')])
    for (const hash of [one, two])
      expect(hash).toMatch(
        /^hmac-sha384-nfc:[\w-]{8}:\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
      )
    expect(await argon2id.verify('x'.repeat(73), one)).toBe(true)
    expect(await argon2id.verify('x'.repeat(72), one)).toBe(false)
    expect(await passwordsWith({ pepper: newPepper }).verify('x', two)).toBe(true)
    const bare = two.replace(/^.*:/, 'hmac-sha384-nfc:none:')
    expect(await passwordsWith().verify('x', bare)).toBe(false)
    expect(await argon2id.verify('', undefined)).toBe(false)
  })

  it('replaces bcrypt, and is replaced by it [K55]', async () => {
    const bcrypt = passwordsWith({ pepper: newPepper })
    const hashes = [await bcrypt.hash('x'), await argon2id.hash('x')]
    expect(hashes.map((hash) => bcrypt.mustRenew('x', hash))).toEqual([false, true])
    expect(hashes.map((hash) => argon2id.mustRenew('x', hash))).toEqual([true, false])
  })
})

describe('a pepper', () => {
  const peppered = passwordsWith({ pepper: oldPepper })
  const changed = passwordsWith({ pepper: newPepper, pepperPrevious: oldPepper })

  it('is named in the hash by an id that does not reveal it', async () => {
    const [, id = ''] = (await peppered.hash('secret123')).split(':')
    expect(id).toMatch(/^[\w-]{8}$/)
    expect(oldPepper).not.toContain(id)
    expect(await changed.hash('secret123')).not.toContain(id)
  })

  it('may be changed: hashes with the previous one verify', async () => {
    const hash = await peppered.hash('secret123')
    expect(await changed.verify('secret123', hash)).toBe(true)
    expect(await changed.verify('secret124', hash)).toBe(false)
  })

  it('may be added later: hashes without one verify', async () => {
    const hash = await passwordsWith().hash('secret123')
    expect(await peppered.verify('secret123', hash)).toBe(true)
    expect(await changed.verify('secret123', hash)).toBe(true)
  })

  it('is required: without it nothing verifies, and the error names what is missing', async () => {
    const hash = await peppered.hash('secret123')
    await expect(passwordsWith().verify('secret123', hash)).rejects.toThrow(
      /PASSWORD_PEPPER_PREVIOUS/,
    )
  })

  it('changes the hash of a password', async () => {
    const [, , bcrypt = ''] = (await peppered.hash('secret123')).split(':')
    expect(await passwordsWith().verify('secret123', `hmac-sha384-nfc:none:${bcrypt}`)).toBe(false)
  })
})

describe('a bcrypt hash of a different system', () => {
  const settings = { bcryptCost: 16, pepper: undefined, pepperPrevious: undefined }
  const hashOf = (cost: string) => `$2b$${cost}$${'a'.repeat(53)}`

  it('is recognized by its form, within the supported costs [I3]', () => {
    const faults = (hashes: string[]) => hashes.map((hash) => hashFault(hash, settings))
    expect(faults(['04', '10', '16'].map(hashOf))).toEqual([undefined, undefined, undefined])
    const others = [...['00', '03', '17', '31', '4'].map(hashOf), `${hashOf('10')}a`]
    expect(new Set(faults(others))).toEqual(
      new Set([expect.stringMatching(/^unsupported hash \(bcrypt of this form\): /)]),
    )
  })
})

describe('passwordFault', () => {
  const fault = (password: string) =>
    passwordFault(password, { passwordMinLength: 15 }, { username: 'johndoe' })

  it('accepts 1 KiB [I2]', async () => {
    expect(await fault('the third horse ate '.padEnd(1024, 'battery '))).toBeUndefined()
    expect(await fault('🦊'.repeat(256))).toBeUndefined()
  })

  it('rejects more than 1 KiB, in bytes [I2]', async () => {
    expect(await fault('x'.repeat(1025))).toMatch(/at most 1024 bytes/)
    expect(await fault('🦊'.repeat(257))).toMatch(/at most 1024 bytes/)
  })
})

describe('POST /token', () => {
  it('rejects a password over 1 KiB before hashing [I2]', async () => {
    const server = await oneThreadServer()
    await whileHashing(server, async () => {
      for (const password of ['x'.repeat(1025), '🦊'.repeat(257)]) {
        expect((await server.login({ password })).status).toBe(400)
      }
      for (const password of ['x'.repeat(1024), '🦊'.repeat(256)]) {
        expect((await server.login({ password })).status).toBe(503)
      }
    })
    await server.stop()
  })
})

describe('hashFault', () => {
  const plain = `$2b$04$${'a'.repeat(53)}`
  const none = { bcryptCost: 4, pepper: undefined, pepperPrevious: undefined }

  it('accepts plain bcrypt, and bcrypt with a pepper that is set', async () => {
    const both = { ...none, pepper: newPepper, pepperPrevious: oldPepper }
    const [old = '', fresh = '', bare = ''] = await Promise.all(
      [{ pepper: oldPepper }, { pepper: newPepper }, {}].map((settings) =>
        passwordsWith(settings).hash('secret123'),
      ),
    )
    for (const hash of [plain, old, fresh, bare]) expect(hashFault(hash, both)).toBeUndefined()
    expect(hashFault(old, none)).toMatch(/unknown pepper/)
  })

  it.each([
    '',
    'x',
    `x${plain}`,
    `hmac-sha384:none:`,
    `hmac-sha384-nfc:none:`,
    `first-72-bytes:x`,
    `first-72-bytes:$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAA`,
    `first-72-bytes:bcrypt_sha256$${plain}`,
    `hmac-sha384:none:x${plain}`,
    `hmac-sha384:none:${plain}:`,
    `${plain}:hmac-sha384:none:`,
  ])('rejects what is not such a hash: %j', (hash) => {
    expect(hashFault(hash, none)).toMatch(/^unsupported hash/)
  })

  it('rejects a hash of more than 1,024 characters, whatever makes it long', () => {
    const long = (length: number) => `pbkdf2:sha1:1$${'s'.repeat(length - 47)}$${'00'.repeat(16)}`
    expect(hashFault(long(1024), none)).toBeUndefined()
    expect(hashFault(long(1025), none)).toBe('the hash is longer than 1024 characters')
  })

  it('names the cost of a plain and of a peppered hash', () => {
    const costly = `$2b$12$${'a'.repeat(53)}`
    for (const hash of [costly, `hmac-sha384:none:${costly}`])
      expect(hashFault(hash, none)).toMatch(/set BCRYPT_COST to 12$/)
  })
})
