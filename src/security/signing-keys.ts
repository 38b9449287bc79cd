/** The keys that sign access tokens: made at first start, kept encrypted, imported once (RFC 7517, RFC 7516). */
import { createHash } from 'node:crypto'
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import type { Jwk } from '../../generated/api.ts'
import { InvalidSetting, type SigningAlg } from '../config.ts'
import type { SigningKeyRow, SigningKeys as SigningKeysTable } from '../store/signing-keys.ts'
import { deriveKey } from './secrets.ts'

export interface SigningKey {
  readonly kid: string
  readonly alg: SigningAlg
  readonly signWith: CryptoKey
  readonly verifyWith: CryptoKey
}

export interface SigningKeys {
  /** The key that signs. */
  readonly current: SigningKey
  /** The key of this id, where tokens that it signed are still accepted. */
  find(kid: string): SigningKey | undefined
  /** The public halves, the newest first. */
  readonly jwks: { readonly keys: Jwk[] }
}

export interface SigningKeyOptions {
  readonly alg: SigningAlg
  readonly secret: string
  readonly previousSecret?: string | undefined
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Opens the store's keys; makes the first one where there is none of this algorithm. Throws where the secret is another. */
export async function openSigningKeys(
  table: SigningKeysTable,
  options: SigningKeyOptions,
): Promise<SigningKeys> {
  if (options.alg === 'HS256') return sharedKey(options.secret)
  const rows = await table.list()
  if (!rows.some(({ alg }) => alg === options.alg)) {
    const row = await makeKey(options)
    await table.add(row)
    rows.unshift(row)
  }
  const keys = await Promise.all(rows.map((row) => openKey(table, row, options)))
  const current = keys.find(({ alg }) => alg === options.alg)
  if (!current) throw new Error(`no ${options.alg} key could be made`)
  return {
    current,
    find: (kid) => keys.find((key) => key.kid === kid),
    jwks: { keys: rows.map(({ public_jwk }) => JSON.parse(public_jwk)) },
  }
}

/** HS256: one key for all who sign and verify, derived from the secret. Nothing of it is public. */
async function sharedKey(secret: string): Promise<SigningKeys> {
  const bytes = hs256Key(secret)
  const key = await importSigningKey(
    { kty: 'oct', k: Buffer.from(bytes).toString('base64url') },
    'HS256',
  )
  const kid = createHash('sha256').update('tessera kid').update(bytes).digest('base64url')
  const current = { kid, alg: 'HS256', signWith: key, verifyWith: key } as const
  return { current, find: (id) => (id === kid ? current : undefined), jwks: { keys: [] } }
}

/** The 32 bytes with which services of one's own verify HS256 tokens. */
export function hs256Key(secret: string): Uint8Array {
  return deriveKey(secret, 'sign with HS256')
}

async function makeKey({ alg, secret, now }: SigningKeyOptions): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    kid,
    alg,
    public_jwk: JSON.stringify({ ...publicJwk, kid, alg, use: 'sig' }),
    private_jwe: await encrypt(await exportJWK(privateKey), secret),
    created_at: now(),
  }
}

async function openKey(
  table: SigningKeysTable,
  row: SigningKeyRow,
  options: SigningKeyOptions,
): Promise<SigningKey> {
  const alg = row.alg as SigningAlg
  const privateJwk = await decryptOrRenew(table, row, options)
  const signWith = await importSigningKey(privateJwk, alg)
  const verifyWith = await importSigningKey(JSON.parse(row.public_jwk), alg)
  return { kid: row.kid, alg, signWith, verifyWith }
}

async function decryptOrRenew(
  table: SigningKeysTable,
  { kid, private_jwe }: SigningKeyRow,
  { secret, previousSecret }: SigningKeyOptions,
): Promise<JWK> {
  const jwk = await decrypt(private_jwe, secret)
  if (jwk) return jwk
  const previous = previousSecret && (await decrypt(private_jwe, previousSecret))
  if (!previous) {
    throw new InvalidSetting(
      'SECRET_KEY is not the one that the signing keys were encrypted with: set SECRET_KEY_PREVIOUS to that one',
    )
  }
  await table.reencrypt(kid, await encrypt(previous, secret))
  return previous
}

function encrypt(jwk: JWK, secret: string): Promise<string> {
  return new CompactEncrypt(Buffer.from(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(deriveKey(secret, 'encrypt signing keys'))
}

async function decrypt(jwe: string, secret: string): Promise<JWK | undefined> {
  try {
    const { plaintext } = await compactDecrypt(jwe, deriveKey(secret, 'encrypt signing keys'))
    return JSON.parse(Buffer.from(plaintext).toString())
  } catch {
    return undefined
  }
}

/** As a CryptoKey: jose imports bytes anew on every call. */
async function importSigningKey(jwk: JWK, alg: SigningAlg): Promise<CryptoKey> {
  if (jwk.kty !== 'oct') {
    const key = await importJWK(jwk, alg)
    if (key instanceof Uint8Array) throw new Error(`a ${alg} key has the wrong type`)
    return key
  }
  return crypto.subtle.importKey('jwk', jwk, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ])
}
