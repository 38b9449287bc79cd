/**
 * Hashes passwords with bcrypt or Argon2id over base64(HMAC-SHA-384(password, pepper)), and decides when a hash is renewed.
 *
 * bcrypt alone reads only 72 bytes, and accepts `P` for `P\0P`; the HMAC reads all bytes (OWASP Password Storage Cheat Sheet).
 * A hash looks like `hmac-sha384-nfc:<pepper id>:$2b$12$…`. Hashes of other systems are verified as they are, until the next
 * login renews them.
 */
import type { Config } from '../config/config.ts'
import type { Share } from './fair-queue.ts'
import type { HashPool, HashThread } from './hash-pool.ts'
import { argon2idPrefix, dummyArgon2id } from './schemes/argon2.ts'
import { bcryptPrefix, dummyBcrypt } from './schemes/bcrypt.ts'
import { ownInput, ownTag, type PepperSettings, peppersOf, storedHash } from './stored-hash.ts'

export const maxPasswordBytes = 1024

/** The stored hash of an account without a password. */
export const noPassword = ''

export type Passwords = ReturnType<typeof createPasswords>

export type PasswordSettings = PepperSettings & Pick<Config, 'bcryptCost' | 'passwordScheme'>

export function createPasswords(
  pool: HashPool,
  { bcryptCost, passwordScheme, ...settings }: PasswordSettings,
) {
  const peppers = peppersOf(settings)
  const [current] = peppers
  const tag = ownTag(current)
  const isBcrypt = passwordScheme === 'bcrypt'
  const currentPrefix = tag + (isBcrypt ? bcryptPrefix(bcryptCost) : argon2idPrefix)
  const dummy = tag + (isBcrypt ? dummyBcrypt(bcryptCost) : dummyArgon2id)

  return {
    /** `share` is the share that waits for a thread. */
    async hash(password: string, share?: Share): Promise<string> {
      const input = ownInput(password, current)
      const hash = isBcrypt
        ? await pool.run({ kind: 'hash', input, cost: bcryptCost }, share)
        : await pool.run({ kind: 'argon2id', input }, share)
      return tag + hash
    },

    /**
     * One hash, whatever is wrong, also for an unknown user (`stored` is undefined) and for one without a password. That of bcrypt
     * costs as much as one of the current cost, if it has a lower one. Runs on `thread`, or on one that it acquires for `share`.
     */
    async verify(
      password: string,
      stored = noPassword,
      { thread, share }: { readonly thread?: Pick<HashThread, 'run'>; readonly share?: Share } = {},
    ): Promise<boolean> {
      const hasPassword = stored !== noPassword
      const { hash, inputOf } = storedHash(hasPassword ? stored : dummy, peppers)
      const cost = isBcrypt ? bcryptCost : 0
      const task = { kind: 'verify', input: inputOf(password), hash, cost } as const
      const matches = await (thread ? thread.run(task) : pool.run(task, share))
      return matches && hasPassword
    },

    /**
     * Whether a login with this password, which was right, replaces the hash: if it has not the current scheme, form, pepper and
     * cost, and is known to be of the whole password.
     */
    mustRenew: (password: string, stored: string): boolean =>
      !stored.startsWith(currentPrefix) && storedHash(stored, peppers).readsWhole(password),
  }
}
