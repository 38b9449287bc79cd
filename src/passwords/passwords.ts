/**
 * Hashes passwords with bcrypt over base64(HMAC-SHA-384(password, pepper)), tagged with the scheme and the pepper's id.
 *
 * bcrypt alone reads only 72 bytes, and accepts `P` for `P\0P`; the HMAC reads all bytes (OWASP Password Storage Cheat Sheet).
 * A hash looks like `hmac-sha384:<pepper id>:$2b$12$…`. Plain bcrypt hashes of other systems are verified as they are, until the
 * next login renews them.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Config } from '../config/config.ts'
import type { Share } from './fair-queue.ts'
import type { HashPool, HashThread } from './hash-pool.ts'
import { dummyHash } from './hash-worker.ts'

const scheme = 'hmac-sha384'
export const maxPasswordBytes = 1024
export interface Passwords {
  /** `share` is the share that waits for a thread. */
  hash(password: string, share?: Share): Promise<string>
  /**
   * Always costs one hash of the current cost, even for an unknown user (`stored` is undefined) or a hash of lower cost.
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
  { bcryptCost, pepper, pepperPrevious }: PasswordSettings,
): Passwords {
  const current = pepperOf(pepper)
  const peppers = [current, pepperOf(pepperPrevious), pepperOf(undefined)]
  const dummy = tagged(current, dummyHash(bcryptCost))

  return {
    async hash(password, share) {
      const input = bcryptInput(password, current)
      return tagged(current, await pool.run({ kind: 'hash', input, cost: bcryptCost }, share))
    },

    async verify(password, stored = dummy, { thread, share } = {}) {
      const { hash, inputOf } = isPlainBcrypt(stored) ? plainHash(stored) : pepperedHash(stored)
      const input = inputOf(password)
      const task = { kind: 'verify', input: input ?? '', hash, cost: bcryptCost } as const
      const matches = await (thread ? thread.run(task) : pool.run(task, share))
      return matches && input !== undefined
    },

    isCurrent: (stored) => stored.startsWith(tagged(current, costPrefix(bcryptCost))),
  }

  function pepperedHash(stored: string): Verifiable {
    const [, pepperId, hash = ''] = stored.split(':')
    const pepper = peppers.find(({ id }) => id === pepperId)
    if (!pepper) {
      throw new Error(
        `a password was hashed with the unknown pepper ${pepperId}: set PASSWORD_PEPPER_PREVIOUS to that pepper`,
      )
    }
    return { hash, inputOf: (password) => bcryptInput(password, pepper) }
  }
}

interface Verifiable {
  readonly hash: string
  /** The input of bcrypt for a password. Undefined if bcrypt would read only part of it. */
  readonly inputOf: (password: string) => string | undefined
}

/** `$2a$`, `$2b$` and `$2y$` differ only in the bugs of the libraries that made them. */
export function isPlainBcrypt(stored: string): boolean {
  return /^\$2[aby]\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}$/.test(stored)
}

/** Whether a password can be verified with the hash: it is plain bcrypt, or its pepper is set. */
export function isVerifiable(stored: string, settings: PepperSettings): boolean {
  if (isPlainBcrypt(stored)) return true
  const peppers = [settings.pepper, settings.pepperPrevious, undefined].map(pepperOf)
  return peppers.some((pepper) => {
    const tag = tagged(pepper, '')
    return stored.startsWith(tag) && isPlainBcrypt(stored.slice(tag.length))
  })
}

/** The bcrypt cost of a plain or peppered hash. */
export function costOf(stored: string): number {
  return Number(/\$(\d\d)\$/.exec(stored)?.[1])
}

function plainHash(stored: string): Verifiable {
  const maxBcryptBytes = 72
  return {
    hash: stored.replace('$2y$', '$2b$'),
    inputOf: (password) => (Buffer.byteLength(password) > maxBcryptBytes ? undefined : password),
  }
}

function costPrefix(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$`
}

interface Pepper {
  readonly id: string
  readonly key: string
}

function pepperOf(key: string | undefined): Pepper {
  if (key === undefined) return { id: 'none', key: 'tessera' }
  return {
    id: createHash('sha256').update(`tessera pepper id: ${key}`).digest('base64url').slice(0, 8),
    key,
  }
}

function bcryptInput(password: string, { key }: Pepper): string {
  return createHmac('sha384', key).update(password).digest('base64')
}

function tagged({ id }: Pepper, hash: string): string {
  return `${scheme}:${id}:${hash}`
}
