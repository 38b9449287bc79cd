/**
 * Hashes passwords with bcrypt over base64(HMAC-SHA-384(password, pepper)), tagged with the scheme and the pepper's id.
 *
 * bcrypt alone reads only 72 bytes, and accepts `P` for `P\0P`; the HMAC reads all bytes (OWASP Password Storage Cheat Sheet).
 * A hash looks like `hmac-sha384:<pepper id>:$2b$12$…`. Hashes of other systems are verified as they are (`schemes`), until the
 * next login renews them.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Share } from './fair-queue.ts'
import type { HashPool, HashThread } from './hash-pool.ts'
import { bcryptPrefix, dummyBcrypt } from './schemes/bcrypt.ts'
import { verifierOf } from './schemes/registry.ts'
import { unsupportedHash } from './schemes/unsupported.ts'

const scheme = 'hmac-sha384'
const ownForm = /^hmac-sha384:([\w-]+):(.*)$/s

export const maxPasswordBytes = 1024
export interface Passwords {
  /** `share` is the share that waits for a thread. */
  hash(password: string, share?: Share): Promise<string>
  /**
   * Always costs one hash of the current cost, even for an unknown user (`stored` is undefined) or a bcrypt hash of lower cost.
   * Runs on `thread`, or on one that it acquires for `share`.
   */
  verify(
    password: string,
    stored: string | undefined,
    on?: { readonly thread?: Pick<HashThread, 'run'>; readonly share?: Share },
  ): Promise<boolean>
  /** Whether the hash has the current scheme, pepper and cost. */
  isCurrent(stored: string): boolean
}

type PepperSettings = Pick<Config, 'pepper' | 'pepperPrevious'>
export type PasswordSettings = PepperSettings & Pick<Config, 'bcryptCost'>

export function createPasswords(
  pool: HashPool,
  { bcryptCost, ...settings }: PasswordSettings,
): Passwords {
  const current = pepperOf(settings.pepper)
  const peppers = peppersOf(settings)
  const dummy = tagged(current, dummyBcrypt(bcryptCost))

  return {
    async hash(password, share) {
      const input = hmac(password, current)
      return tagged(current, await pool.run({ kind: 'hash', input, cost: bcryptCost }, share))
    },

    async verify(password, stored = dummy, { thread, share } = {}) {
      const { hash, pepper } = storedHash(stored, peppers)
      const input = pepper ? hmac(password, pepper) : password
      const task = { kind: 'verify', input, hash, cost: bcryptCost } as const
      return await (thread ? thread.run(task) : pool.run(task, share))
    },

    isCurrent: (stored) => stored.startsWith(tagged(current, bcryptPrefix(bcryptCost))),
  }
}

interface StoredHash {
  readonly hash: string
  /** Absent for a hash of another system. */
  readonly pepper: Pepper | undefined
}

/** Throws an error that names the unknown pepper. */
function storedHash(stored: string, peppers: readonly Pepper[]): StoredHash {
  const { pepperId, hash } = partsOf(stored)
  if (pepperId === undefined) return { hash, pepper: undefined }
  const pepper = peppers.find(({ id }) => id === pepperId)
  if (pepper) return { hash, pepper }
  throw new Error(
    `a password was hashed with the unknown pepper ${pepperId}: set PASSWORD_PEPPER_PREVIOUS to that pepper`,
  )
}

/** A hash of another system has no pepper. */
function partsOf(stored: string): { readonly pepperId: string | undefined; readonly hash: string } {
  const [, pepperId, hash = stored] = ownForm.exec(stored) ?? []
  return { pepperId, hash }
}

/**
 * Why an account with this hash cannot be imported, as a sentence, or undefined. Of the hash, the sentence has at most the name
 * of its scheme and its cost.
 */
export function hashFault(
  stored: string,
  { bcryptCost, ...settings }: PasswordSettings,
): string | undefined {
  const { pepperId, hash } = partsOf(stored)
  if (pepperId !== undefined && !peppersOf(settings).some(({ id }) => id === pepperId))
    return 'the hash has an unknown pepper: set the PASSWORD_PEPPER that it was made with'
  const verifier = verifierOf(hash)
  if (!verifier) return unsupportedHash(hash)
  const { bcryptCost: cost = 0, costFault } = verifier
  if (cost > bcryptCost)
    return `the cost of the hash is above BCRYPT_COST: set BCRYPT_COST to ${cost}`
  return costFault
}

interface Pepper {
  readonly id: string
  readonly key: string
}

function peppersOf({ pepper, pepperPrevious }: PepperSettings): readonly Pepper[] {
  return [pepper, pepperPrevious, undefined].map(pepperOf)
}

function pepperOf(key: string | undefined): Pepper {
  if (key === undefined) return { id: 'none', key: 'tessera' }
  return {
    id: createHash('sha256').update(`tessera pepper id: ${key}`).digest('base64url').slice(0, 8),
    key,
  }
}

function hmac(password: string, { key }: Pepper): string {
  return createHmac('sha384', key).update(password).digest('base64')
}

function tagged({ id }: Pepper, hash: string): string {
  return `${scheme}:${id}:${hash}`
}
