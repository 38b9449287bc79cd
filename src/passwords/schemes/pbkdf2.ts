/** PBKDF2 (RFC 8018) with SHA-1, SHA-256 or SHA-512, as Django, passlib and Werkzeug write it; Keycloak's as passlib's (`pbkdf2Of`). */
import { pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import type { Scheme } from './scheme.ts'

/** Iterations × blocks of the key: about a second. Django's default is 1,000,000 × 1. */
const maxWork = 2_000_000
const digestBytes: Readonly<Record<string, number>> = { sha1: 20, sha256: 32, sha512: 64 }

const django =
  /^pbkdf2_(?<digest>sha1|sha256)\$(?<iterations>\d{1,9})\$(?<text>[^$]+)\$(?<base64>[\w+/]+=*)$/
const werkzeug =
  /^pbkdf2:(?<digest>sha1|sha256|sha512):(?<iterations>\d{1,9})\$(?<text>[^$]+)\$(?<hex>(?:[0-9a-f]{2})+)$/
const passlib =
  /^\$pbkdf2(?:-(?<digest>sha256|sha512))?\$(?<iterations>\d{1,9})\$(?<salt>[\w./]*)\$(?<adapted>[\w./]+)$/

export const pbkdf2: Scheme = (hash) => {
  const { groups } = django.exec(hash) ?? werkzeug.exec(hash) ?? passlib.exec(hash) ?? {}
  if (!groups) return undefined
  const { digest = 'sha1', text = '', base64 = '', hex, adapted } = groups
  const iterations = Number(groups.iterations)
  const salt = groups.salt === undefined ? Buffer.from(text) : fromAdapted(groups.salt)
  const key = adapted ? fromAdapted(adapted) : Buffer.from(hex ?? base64, hex ? 'hex' : 'base64')
  if (iterations < 1 || key.length < 16 || key.length > 64) return undefined
  const work = iterations * Math.ceil(key.length / (digestBytes[digest] ?? 1))
  return {
    costFault:
      work > maxWork
        ? `the hash costs too much, PBKDF2 with ${work} iterations: the limit is ${maxWork}`
        : undefined,
    matches: (password) =>
      timingSafeEqual(pbkdf2Sync(password, salt, iterations, key.length, digest), key),
  }
}

/** A hash in the form of passlib. */
export function pbkdf2Of(
  digest: 'sha1' | 'sha256' | 'sha512',
  iterations: number,
  salt: Uint8Array,
  key: Uint8Array,
): string {
  const name = digest === 'sha1' ? '' : `-${digest}`
  return `$pbkdf2${name}$${iterations}$${toAdapted(salt)}$${toAdapted(key)}`
}

/** passlib's base64: `.` for `+`, and no padding. */
function fromAdapted(text: string): Buffer {
  return Buffer.from(text.replaceAll('.', '+'), 'base64')
}

function toAdapted(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('+', '.').replace(/=*$/, '')
}
