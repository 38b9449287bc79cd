/**
 * What is stored of a password: a tag that says what was hashed, and a hash of one of the `schemes`.
 *
 * - `hmac-sha384-nfc:<pepper id>:` is ours: HMAC-SHA-384, with the pepper, of the password in the form of RFC 8265.
 * - `hmac-sha384:<pepper id>:` was ours before: of the password as it was typed.
 * - `first-72-bytes:` is bcrypt of a system that ignored the rest of a password.
 * - A hash without a tag is of another system: of the password as it was typed.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Config } from '../config/config.ts'
import { bcrypt, cutForBcrypt, isCutByBcrypt } from './schemes/bcrypt.ts'
import { verifierOf } from './schemes/registry.ts'
import { unsupportedHash } from './schemes/unsupported.ts'

export type PepperSettings = Pick<Config, 'pepper' | 'pepperPrevious'>

interface Pepper {
  readonly id: string
  readonly key: string
}

interface StoredHash {
  readonly hash: string
  /** What the hash was made of. */
  inputOf(password: string): string | Uint8Array
  /** Whether a password that matches is known to be right as a whole. */
  readsWhole(password: string): boolean
}

const ownForm = /^hmac-sha384(-nfc)?:([\w-]+):(.*)$/s
const cutTag = 'first-72-bytes:'
/** Of an imported hash, in characters: several times what any scheme needs. */
const maxHashLength = 1024

/** The start of our hashes, to which that of a scheme is added. */
export function ownTag({ id }: Pepper): string {
  return `hmac-sha384-nfc:${id}:`
}

export function ownInput(password: string, pepper: Pepper): string {
  return hmac(opaqueString(password), pepper)
}

/** Marks the hash of a system that passed whole passwords to bcrypt, which ignores all but 72 bytes. */
export function withCut(hash: string): string {
  return bcrypt(hash) ? `${cutTag}${hash}` : hash
}

/** Throws an error that names the unknown pepper. */
export function storedHash(stored: string, peppers: readonly Pepper[]): StoredHash {
  const { pepperId, isNfc, isCut, hash } = partsOf(stored)
  if (isCut)
    return { hash, inputOf: cutForBcrypt, readsWhole: (password) => !isCutByBcrypt(password) }
  const readsWhole = () => true
  if (pepperId === undefined) return { hash, inputOf: (password) => password, readsWhole }
  const pepper = peppers.find(({ id }) => id === pepperId)
  if (!pepper)
    throw new Error(
      `a password was hashed with the unknown pepper ${pepperId}: set PASSWORD_PEPPER_PREVIOUS to that pepper`,
    )
  const inputOf = (password: string) =>
    isNfc ? ownInput(password, pepper) : hmac(password, pepper)
  return { hash, inputOf, readsWhole }
}

function partsOf(stored: string) {
  const [, nfc, pepperId, ownHash] = ownForm.exec(stored) ?? []
  const isCut = stored.startsWith(cutTag)
  const hash = ownHash ?? (isCut ? stored.slice(cutTag.length) : stored)
  return { pepperId, isNfc: nfc !== undefined, isCut, hash }
}

/**
 * Why an account with this hash cannot be imported, as a sentence, or undefined. Of the hash, the sentence has at most the name
 * of its scheme and its cost.
 */
export function hashFault(
  stored: string,
  { bcryptCost, ...settings }: PepperSettings & Pick<Config, 'bcryptCost'>,
): string | undefined {
  if (stored.length > maxHashLength) return `the hash is longer than ${maxHashLength} characters`
  const { pepperId, isCut, hash } = partsOf(stored)
  if (pepperId !== undefined && !peppersOf(settings).some(({ id }) => id === pepperId))
    return 'the hash has an unknown pepper: set the PASSWORD_PEPPER that it was made with'
  const verifier = isCut ? bcrypt(hash) : verifierOf(hash)
  if (!verifier) return unsupportedHash(hash)
  const { bcryptCost: cost = 0, costFault } = verifier
  if (cost > bcryptCost)
    return `the cost of the hash is above BCRYPT_COST: set BCRYPT_COST to ${cost}`
  return costFault
}

/** That of new hashes is the first. */
export function peppersOf({
  pepper,
  pepperPrevious,
}: PepperSettings): readonly [Pepper, ...Pepper[]] {
  return [pepperOf(pepper), pepperOf(pepperPrevious), pepperOf(undefined)]
}

function pepperOf(key: string | undefined): Pepper {
  if (key === undefined) return { id: 'none', key: 'tessera' }
  return {
    id: createHash('sha256').update(`tessera pepper id: ${key}`).digest('base64url').slice(0, 8),
    key,
  }
}

/** The form of RFC 8265 §4.2: a password is the same on every keyboard. */
export function opaqueString(password: string): string {
  return password.replace(/\p{Zs}/gu, ' ').normalize('NFC')
}

function hmac(password: string, { key }: Pepper): string {
  return createHmac('sha384', key).update(password).digest('base64')
}
