/** Secrets and ids. The server's secret is never used directly: each purpose derives its own key (HKDF, RFC 5869). */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { InvalidSetting } from '../config/config.ts'

export type Purpose =
  | 'encrypt signing keys'
  | 'sign with HS256'
  | 'derive refresh tokens'
  | 'count login failures'
  | 'derive mailed proofs'
  | 'sign cursors'

/** Returns a key of 32 bytes. */
export function deriveKey(secret: string, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `tessera: ${purpose}`, 32))
}

/** The secret of a server without SECRET_KEY: generated once, in a file that only its owner can read. */
export function readOrCreateSecret(file: string): string {
  const secret = readOrCreate(file)
  if (Buffer.byteLength(secret) < 32)
    throw new InvalidSetting(
      `${file} does not contain a secret of at least 32 bytes: restore the file, or set SECRET_KEY to the secret that it contained`,
    )
  return secret
}

function readOrCreate(file: string): string {
  try {
    if (!existsSync(file)) createSecretFile(file)
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidSetting(`SECRET_KEY is not set, and ${file} cannot be used: ${reason}`, {
      cause: error,
    })
  }
}

function createSecretFile(file: string): void {
  const draft = `${file}.${newId('draft')}`
  try {
    // A link fails if the file exists: servers that start at the same time agree on one secret, and read it complete.
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** 128 random bits behind a prefix for the type of object. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('base64url')}`
}

/** 256 random bits: too many to guess, so a fast hash protects them. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** The stored form of a secret made by `newSecret`. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

export function isSecret(presented: string, storedDigest: string): boolean {
  return isEqual(digest(presented), storedDigest)
}

/** In a time that does not depend on where they differ. */
export function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** HMAC-SHA-256 over the texts, each preceded by its length. */
export function mac(key: Uint8Array, ...texts: readonly string[]): string {
  const hmac = createHmac('sha256', key)
  for (const text of texts) hmac.update(`${Buffer.byteLength(text)}:${text}`)
  return hmac.digest('base64url')
}
