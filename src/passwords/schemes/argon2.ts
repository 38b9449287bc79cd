/** Argon2 (RFC 9106), version 19, as argon2-cffi, pwdlib, passlib and Django write it. */
import { argon2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Scheme } from './scheme.ts'

/** In KiB: 128 MiB. Django's default is 100 MiB, that of argon2-cffi 64 MiB. */
const maxMemory = 131_072
/** Memory × passes, in KiB: about half a second. Django's default is 200 MiB. */
const maxWork = 4 * maxMemory

const form =
  /^(?:argon2)?\$(argon2id|argon2i|argon2d)\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,3})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/** Of new hashes: OWASP's, 19 MiB for each hashing thread. */
const current = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }

export const argon2idPrefix = `$argon2id$v=19$m=${current.memory},t=${current.passes},p=${current.parallelism}$`

/** A hash that no password matches: an unknown user costs as much as a known one. */
export const dummyArgon2id =
  argon2idPrefix + [16, 32].map((bytes) => toPhc(Buffer.alloc(bytes))).join('$')

/** Blocks the thread. */
export function hashArgon2id(message: string): string {
  const nonce = randomBytes(16)
  const key = argon2Sync('argon2id', { message, nonce, ...current })
  return `${argon2idPrefix}${toPhc(nonce)}$${toPhc(key)}`
}

export const argon2: Scheme = (hash) => {
  const [, variant, m, t, p, saltText = '', keyText = ''] = form.exec(hash) ?? []
  if (variant !== 'argon2id' && variant !== 'argon2i' && variant !== 'argon2d') return undefined
  const [memory, passes, parallelism] = [Number(m), Number(t), Number(p)]
  const [nonce, key] = [Buffer.from(saltText, 'base64'), Buffer.from(keyText, 'base64')]
  if (parallelism < 1 || parallelism > 255 || passes < 1 || memory < 8 * parallelism)
    return undefined
  if (nonce.length < 8 || nonce.length > 64 || key.length < 4 || key.length > 64) return undefined
  const isTooCostly = memory > maxMemory || memory * passes > maxWork
  return {
    costFault: isTooCostly
      ? `the hash costs too much, Argon2 with m=${memory},t=${passes}: the limit is m=${maxMemory} and m × t = ${maxWork}`
      : undefined,
    matches(message) {
      const options = { message, nonce, parallelism, tagLength: key.length, memory, passes }
      return timingSafeEqual(argon2Sync(variant, options), key)
    },
  }
}

/** Base64 without padding. */
export function toPhc(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
