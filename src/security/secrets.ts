/** The server's secret is never used as it is: each purpose derives a key of its own (HKDF, RFC 5869). */
import { hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'

export type Purpose = 'encrypt signing keys' | 'sign with HS256'

/** A key of 32 bytes. */
export function deriveKey(secret: string, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `tessera: ${purpose}`, 32))
}

/** The secret of a server that was given none: made once, kept in a file that its owner alone can read. */
export function keptSecret(file: string): string {
  try {
    // 'wx' fails where the file exists, so that two servers that start at once agree on one secret.
    writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (Buffer.byteLength(secret) < 32)
    throw new Error(`${file} holds no secret of at least 32 bytes`)
  return secret
}

/** A new id: 128 random bits behind a prefix that says what it names. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('base64url')}`
}
