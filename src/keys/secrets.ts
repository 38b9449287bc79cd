/** The server's secret is never used as it is: each purpose derives a key of its own (HKDF, RFC 5869). */
import { createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { InvalidSetting } from '../config/config.ts'

export type Purpose =
  | 'encrypt signing keys'
  | 'sign with HS256'
  | 'derive refresh tokens'
  | 'count login failures'
  | 'sign cursors'

/** A key of 32 bytes. */
export function deriveKey(secret: string, purpose: Purpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `tessera: ${purpose}`, 32))
}

/** The secret of a server that was given none: made once, kept in a file that its owner alone can read. */
export function readOrCreateSecret(file: string): string {
  const secret = readOrMakeSecret(file)
  if (Buffer.byteLength(secret) < 32)
    throw new InvalidSetting(
      `${file} holds no secret of at least 32 bytes: put back the one that it held, or set SECRET_KEY`,
    )
  return secret
}

function readOrMakeSecret(file: string): string {
  try {
    if (!existsSync(file)) makeSecret(file)
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidSetting(`SECRET_KEY is not set, and ${file} cannot be used: ${reason}`, {
      cause: error,
    })
  }
}

function makeSecret(file: string): void {
  const draft = `${file}.${newId('draft')}`
  try {
    // Written first and named then, which fails where the name is taken: servers that start at once agree on one secret.
    writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flush: true })
    linkSync(draft, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A new id: 128 random bits behind a prefix that says what it names. */
export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(16).toString('base64url')}`
}

/** 256 random bits. What a machine has made needs no slow hash: nobody can guess it. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret that a machine has made. */
export function digest(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url')
}

/** In the same time, wherever the first difference is. */
export function isSecret(presented: string, keptDigest: string): boolean {
  const [a, b] = [Buffer.from(digest(presented)), Buffer.from(keptDigest)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** A keyed MAC of some texts, told apart by their lengths. */
export function mac(key: Uint8Array, ...texts: readonly string[]): string {
  const hmac = createHmac('sha256', key)
  for (const text of texts) hmac.update(`${Buffer.byteLength(text)}:${text}`)
  return hmac.digest('base64url')
}
