/**
 * Passwords: bcrypt over base64(HMAC-SHA-384(password, pepper)), tagged with the scheme and the pepper's id.
 *
 * bcrypt alone reads 72 bytes and takes `P` for `P\0P`; the HMAC in front of it reads all of them (OWASP Password
 * Storage Cheat Sheet). A hash looks like `hmac-sha384:<pepper id>:$2b$12$…`.
 */
import { createHash, createHmac } from 'node:crypto'
import type { Config } from '../config.ts'
import type { HashPool } from './hash-pool.ts'
import { nobodysHash } from './hash-worker.ts'

const scheme = 'hmac-sha384'
export const mostPasswordBytes = 1024
export interface Passwords {
  hash(password: string): Promise<string>
  /**
   * Always costs one hash of the current cost: of an unknown user (no `stored`) too, and where the hash is an older,
   * cheaper one. Whoever aborts before it has begun gives up his place in the queue.
   */
  verify(password: string, stored: string | undefined, signal?: AbortSignal): Promise<boolean>
}

export type PasswordSettings = Pick<Config, 'bcryptCost' | 'pepper' | 'pepperPrevious'>

export function createPasswords(
  pool: HashPool,
  { bcryptCost, pepper, pepperPrevious }: PasswordSettings,
): Passwords {
  const current = pepperOf(pepper)
  const peppers = [current, pepperOf(pepperPrevious), pepperOf(undefined)]
  const dummy = tagged(current, nobodysHash(bcryptCost))

  return {
    async hash(password) {
      const hash = await pool.run({
        kind: 'hash',
        input: prepared(password, current),
        cost: bcryptCost,
      })
      return tagged(current, hash)
    },

    async verify(password, stored = dummy, signal) {
      const [, pepperId, hash = ''] = stored.split(':')
      const pepper = peppers.find(({ id }) => id === pepperId)
      if (!pepper)
        throw new Error(
          `a password was hashed with pepper ${pepperId}: set PASSWORD_PEPPER_PREVIOUS to it`,
        )
      const input = prepared(password, pepper)
      return pool.run({ kind: 'verify', input, hash, cost: bcryptCost }, signal)
    },
  }
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

function prepared(password: string, { key }: Pepper): string {
  return createHmac('sha384', key).update(password).digest('base64')
}

function tagged({ id }: Pepper, hash: string): string {
  return `${scheme}:${id}:${hash}`
}

/** Why a password cannot be chosen, or nothing (NIST SP 800-63B-4 §3.1.1: length is what counts). */
export function passwordFault(
  password: string,
  { passwordMinLength }: Pick<Config, 'passwordMinLength'>,
): string | undefined {
  if ([...password].length < passwordMinLength)
    return `the password must have at least ${passwordMinLength} characters`
  if (Buffer.byteLength(password) > mostPasswordBytes)
    return `the password must have at most ${mostPasswordBytes} bytes`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u001F\u007F]/.test(password)) return 'the password must have no control characters'
  return undefined
}
