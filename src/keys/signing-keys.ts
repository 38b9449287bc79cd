/** The keys that sign access tokens: generated at the first start, and stored encrypted (RFC 7517, RFC 7516). */
import { createHash, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto'
// The functions by their paths: the index of jose would load 22 more modules at each start.
import type { JWK } from 'jose'
import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import { CompactEncrypt } from 'jose/jwe/compact/encrypt'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { exportJWK } from 'jose/key/export'
import { generateKeyPair } from 'jose/key/generate/keypair'
import { importJWK } from 'jose/key/import'
import type { Jwk } from '../../generated/api.ts'
import { type Config, InvalidSetting } from '../config/config.ts'
import type { SigningAlg } from '../config/signing-algorithms.ts'
import { Unavailable } from '../http-error.ts'
import type { UnixMs } from '../store/schema.ts'
import type { SigningKeyRow, StoredSigningKeys } from '../store/signing-keys.ts'
import { deriveKey } from './secrets.ts'

export interface VerifyingKey {
  readonly kid: string
  readonly alg: SigningAlg
  readonly verifyWith: KeyObject
}

export interface SigningKey extends VerifyingKey {
  readonly signWith: CryptoKey
}

export interface SigningKeys {
  /** The key that signs now. Throws a 503 (`Unavailable`) if there is none. */
  current(): SigningKey
  /** The key with this id, if its tokens are accepted now. */
  find(kid: string): VerifyingKey | undefined
  /** The public keys that are accepted, those that will sign later included. Newest first. */
  jwks(): { readonly keys: Jwk[] }
  /** Changes whenever the set of keys does. */
  readonly version: string
  /** Reads the keys again if the version in the store, `found` or read now, has changed. Generates a key if none can sign. */
  refresh(found?: string): Promise<void>
}

export interface SigningKeyOptions extends Pick<Config, 'accessTokenSeconds'> {
  readonly alg: SigningAlg
  readonly secret: string
  readonly previousSecret?: string | undefined
  readonly now: () => UnixMs
}

type Times = Pick<SigningKeyRow, 'signs_from' | 'retires_at'>

interface OpenKey extends VerifyingKey, Times {
  readonly publicJwk: Jwk
  /** Absent if the key was encrypted with an unknown secret. Its tokens can still be verified. */
  readonly signWith: CryptoKey | undefined
}

/**
 * Decrypts the keys in the store, and generates the first key for `alg`: keys of other algorithms then verify until their last
 * token has expired. Throws an `InvalidSetting` if a key was encrypted with a different secret.
 */
export async function openSigningKeys(
  table: StoredSigningKeys,
  options: SigningKeyOptions,
): Promise<SigningKeys> {
  const { alg, now } = options
  if (alg === 'HS256') return hs256Keys(options, await table.version())
  let version = ''
  let keys: readonly OpenKey[] = []
  const accepted = () => keys.filter((key) => !isRetired(key, now()))
  const signing = () => signingKey(keys.filter(canSign), alg, now())
  // A key with a time of retirement does not count: it would have no successor.
  const isPermanent = (row: SigningKeyRow) => row.alg === alg && row.retires_at === null
  if (!(await table.list()).some(isPermanent)) await addFirst()
  await refresh()
  if (!keys.every(canSign)) throw new InvalidSetting(secretMismatch)

  return {
    get version() {
      return version
    },
    refresh,
    find: (kid) => keys.find((key) => key.kid === kid && !isRetired(key, now())),
    jwks: () => ({ keys: accepted().map(({ publicJwk }) => publicJwk) }),
    current() {
      const key = signing()
      if (!key) throw new Unavailable('No signing key is available', 5)
      return key
    },
  }

  async function refresh(found?: string): Promise<void> {
    const stored = found ?? (await table.version())
    if (stored !== version) await read(stored)
    if (signing()) return
    // A server with a different SIGNING_ALG has retired the key.
    await addFirst()
    await read(await table.version())
  }

  async function read(found: string): Promise<void> {
    const rows = (await table.list()).filter((row) => !isRetired(row, now()))
    keys = await Promise.all(rows.map((row) => reuseOrOpen(row)))
    version = found
  }

  /** Keeps a key that is open: a server with a new secret may have encrypted it again. */
  async function reuseOrOpen(row: SigningKeyRow): Promise<OpenKey> {
    const open = keys.find(({ kid }) => kid === row.kid)
    if (open?.signWith) return { ...open, signs_from: row.signs_from, retires_at: row.retires_at }
    return await openKey(table, row, options)
  }

  async function addFirst(): Promise<void> {
    await table.addFirst(await generateSigningKey(options, now()), lastTokenExpires(options, now()))
  }
}

const secretMismatch =
  'SECRET_KEY, or the .secret file beside the database, does not decrypt the signing keys: use the secret of the other servers, or set SECRET_KEY_PREVIOUS to the previous secret; if that is lost, run tessera keys retire --unreadable'

function canSign(key: OpenKey): key is OpenKey & SigningKey {
  return key.signWith !== undefined
}

export function isRetired({ retires_at }: Pick<Times, 'retires_at'>, now: UnixMs): boolean {
  return retires_at !== null && retires_at <= now
}

/** The key of this algorithm that signs: the newest whose `signs_from` has passed, otherwise the next. `keys`: newest first. */
export function signingKey<Key extends Times & { readonly alg: string }>(
  keys: readonly Key[],
  alg: string,
  now: UnixMs,
): Key | undefined {
  const usable = keys.filter((key) => key.alg === alg && !isRetired(key, now))
  return usable.find(({ signs_from }) => signs_from <= now) ?? usable.at(-1)
}

/** The algorithm that the servers sign with: keys of other algorithms have a time of retirement. */
export function algorithmInUse(keys: readonly SigningKeyRow[]): string | undefined {
  return keys.find(({ retires_at }) => retires_at === null)?.alg
}

/** When the last token of a key that signs until `until` has expired, plus one minute for clock differences. */
export function lastTokenExpires(
  { accessTokenSeconds }: Pick<SigningKeyOptions, 'accessTokenSeconds'>,
  until: UnixMs,
): UnixMs {
  return until + accessTokenSeconds * 1000 + 60_000
}

/**
 * Throws an `InvalidSetting` unless secret and algorithm are those of the servers on this store: a new key that the servers
 * cannot decrypt, or that has a different algorithm, would stop every login.
 */
export async function requireSameSettings(
  rows: readonly SigningKeyRow[],
  options: SigningKeyOptions,
): Promise<void> {
  const { alg } = options
  const inUse = algorithmInUse(rows) ?? alg
  if (inUse !== alg)
    throw new InvalidSetting(`the signing keys are for ${inUse}: set SIGNING_ALG as on the server`)
  if ((await unreadableKeys(rows, options)).length > 0)
    throw new InvalidSetting(
      'SECRET_KEY does not decrypt the signing keys: set it as on the server',
    )
}

/** The accepted keys that neither the secret nor the previous one decrypts. */
export async function unreadableKeys(
  rows: readonly SigningKeyRow[],
  {
    secret,
    previousSecret = secret,
    now,
  }: Pick<SigningKeyOptions, 'secret' | 'previousSecret' | 'now'>,
): Promise<SigningKeyRow[]> {
  const unreadable: SigningKeyRow[] = []
  for (const row of rows.filter((each) => !isRetired(each, now()))) {
    const { private_jwe } = row
    if (!((await decrypt(private_jwe, secret)) ?? (await decrypt(private_jwe, previousSecret))))
      unreadable.push(row)
  }
  return unreadable
}

/** HS256: the key derived from the secret signs and verifies; the key of the previous secret still verifies. */
function hs256Keys({ secret, previousSecret }: SigningKeyOptions, version: string): SigningKeys {
  const current = hs256Key(secret)
  const keys = previousSecret ? [current, hs256Key(previousSecret)] : [current]
  return {
    current: () => current,
    find: (kid) => keys.find((key) => key.kid === kid),
    jwks: () => ({ keys: [] }),
    version,
    refresh: async () => {},
  }
}

function hs256Key(secret: string): SigningKey {
  const { kid, k } = hs256Jwk(secret)
  const verifyWith = createSecretKey(k, 'base64url')
  // jose would import a byte array again on every call.
  const signWith = verifyWith.toCryptoKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return { kid, alg: 'HS256', signWith, verifyWith }
}

/** The key with which other services of the operator verify HS256 tokens. */
export function hs256Jwk(secret: string) {
  const bytes = deriveKey(secret, 'sign with HS256')
  const kid = createHash('sha256').update('tessera kid').update(bytes).digest('base64url')
  return { kty: 'oct', kid, alg: 'HS256', use: 'sig', k: Buffer.from(bytes).toString('base64url') }
}

export async function generateSigningKey(
  { alg, secret, now }: SigningKeyOptions,
  signsFrom: UnixMs,
): Promise<SigningKeyRow> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    kid,
    alg,
    public_jwk: JSON.stringify({ ...publicJwk, kid, alg, use: 'sig' }),
    private_jwe: await encrypt(await exportJWK(privateKey), secret),
    created_at: now(),
    signs_from: signsFrom,
    retires_at: null,
  }
}

async function openKey(
  table: StoredSigningKeys,
  row: SigningKeyRow,
  options: SigningKeyOptions,
): Promise<OpenKey> {
  const alg = row.alg as SigningAlg
  const privateJwk = await decryptOrRenew(table, row, options)
  const publicJwk: Jwk = JSON.parse(row.public_jwk)
  return {
    kid: row.kid,
    alg,
    signWith: privateJwk && (await importSigningKey(privateJwk, alg)),
    verifyWith: createPublicKey({ key: { ...publicJwk }, format: 'jwk' }),
    publicJwk,
    signs_from: row.signs_from,
    retires_at: row.retires_at,
  }
}

/** Returns undefined if neither secret decrypts the key. Encrypts a key of the previous secret with the current one. */
async function decryptOrRenew(
  table: StoredSigningKeys,
  { kid, private_jwe }: SigningKeyRow,
  { secret, previousSecret }: SigningKeyOptions,
): Promise<JWK | undefined> {
  const jwk = await decrypt(private_jwe, secret)
  if (jwk) return jwk
  const previous = previousSecret && (await decrypt(private_jwe, previousSecret))
  if (!previous) return undefined
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

async function importSigningKey(jwk: JWK, alg: SigningAlg): Promise<CryptoKey> {
  const key = await importJWK(jwk, alg)
  if (key instanceof Uint8Array) throw new Error(`a ${alg} key has the wrong type`)
  return key
}
