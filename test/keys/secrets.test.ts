import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { InvalidSetting } from '../../src/config/config.ts'
import {
  deriveKey,
  digest,
  isSecret,
  mac,
  newId,
  newSecret,
  readOrCreateSecret,
} from '../../src/keys/secrets.ts'
import { temporaryFolder } from '../harness/command.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('a derived key', () => {
  it('has 32 bytes that depend on secret and purpose only', () => {
    const keys = [
      deriveKey('one secret', 'sign cursors'),
      deriveKey('one secret', 'sign with HS256'),
      deriveKey('another secret', 'sign cursors'),
    ]
    expect(keys.map((key) => key.length)).toEqual([32, 32, 32])
    expect(new Set(keys.map(hex)).size).toBe(3)
    expect(deriveKey('one secret', 'sign cursors')).toEqual(keys[0])
  })

  it('is the same in every version: an update loses no tokens, cursors or signing keys', () => {
    expect(hex(deriveKey('k'.repeat(32), 'sign cursors'))).toBe(
      '313b95fba909f9452699fa76a54b3714629b644a4d8948cef165d3751047b33b',
    )
  })
})

describe('the secret file', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = temporaryFolder()
    file = join(folder, 'test.db.secret')
  })

  it('is created once, readable by its owner only, without leaving a draft', () => {
    const secret = readOrCreateSecret(file)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(readFileSync(file, 'utf8')).toBe(`${secret}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readOrCreateSecret(file)).toBe(secret)
    expect(readdirSync(folder)).toEqual(['test.db.secret'])
  })

  it('is not changed once it exists', () => {
    readOrCreateSecret(file)
    utimesSync(folder, 0, 0)
    readOrCreateSecret(file)
    expect(statSync(folder).mtimeMs).toBe(0)
  })

  it('is that of the first server: a file that appears concurrently is used', () => {
    // A dangling link does not exist for a reader, and exists for a writer.
    symlinkSync(join(folder, 'of another server'), file)
    expect(() => readOrCreateSecret(file)).toThrow(
      /cannot be used: ENOENT: [^,]*, open '.*\.secret'$/,
    )
    expect(readdirSync(folder)).toEqual(['test.db.secret'])
  })

  it('may have any content of at least 32 bytes, trimmed', () => {
    writeFileSync(file, ` ${'é'.repeat(16)}\n\n`)
    expect(readOrCreateSecret(file)).toBe('é'.repeat(16))
  })

  it.each(['', '\n', 'x'.repeat(31), ` ${'x'.repeat(31)}\n`])(
    'is rejected with the content %j',
    (text) => {
      writeFileSync(file, text)
      expect(() => readOrCreateSecret(file)).toThrow(
        new InvalidSetting(
          `${file} does not contain a secret of at least 32 bytes: restore the file, or set SECRET_KEY to the secret that it contained`,
        ),
      )
      expect(readFileSync(file, 'utf8')).toBe(text)
    },
  )

  it('stops the start if it can be neither read nor created, naming file and reason', () => {
    mkdirSync(file)
    const unread = () => readOrCreateSecret(file)
    expect(unread).toThrow(InvalidSetting)
    expect(unread).toThrow(`SECRET_KEY is not set, and ${file} cannot be used: EISDIR`)
    expect(unread).toThrow(
      expect.objectContaining({ cause: expect.objectContaining({ code: 'EISDIR' }) }),
    )
    const nowhere = join(folder, 'nowhere', 'test.db.secret')
    expect(() => readOrCreateSecret(nowhere)).toThrow(
      /nowhere\/test\.db\.secret cannot be used: ENOENT: [^,]*, open '.*\.secret\.draft_[^']*'$/,
    )
    expect(existsSync(join(folder, 'nowhere'))).toBe(false)
  })
})

describe('random values', () => {
  it('are an id with 128 bits after its prefix, and a secret with 256', () => {
    expect(newId('u')).toMatch(/^u_[\w-]{22}$/)
    expect(newSecret()).toMatch(/^[\w-]{43}$/)
    expect(new Set([newId('u'), newId('u'), newId('u')]).size).toBe(3)
    expect(new Set([newSecret(), newSecret(), newSecret()]).size).toBe(3)
  })
})

describe('a digest', () => {
  it('is the SHA-256 of the secret, in base64url (FIPS 180-4)', () => {
    expect(hex(Buffer.from(digest('abc'), 'base64url'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
  })

  it('matches its secret and no other', () => {
    expect(isSecret('right', digest('right'))).toBe(true)
    for (const [presented, kept] of [
      ['wrong', digest('right')],
      ['', digest('right')],
      ['right', 'right'],
      ['right', ''],
      ['right', `${digest('right')}x`],
    ] as const) {
      expect(isSecret(presented, kept)).toBe(false)
    }
  })
})

describe('a MAC of texts', () => {
  const key = Buffer.alloc(32, 1)

  it('is HMAC-SHA-256 over each text with its length in bytes, so that texts cannot run together', () => {
    expect(mac(key, 'a', 'é')).toBe('ogRwaFft_4zIeMu8h_HfKz9TzV3aGeFC5qUuvYQ6xiA')
    const macs = [mac(key, 'ab', 'c'), mac(key, 'a', 'bc'), mac(key, 'abc'), mac(key, 'abc', '')]
    expect(new Set(macs).size).toBe(4)
    expect(mac(Buffer.alloc(32, 2), 'abc')).not.toBe(mac(key, 'abc'))
  })
})
