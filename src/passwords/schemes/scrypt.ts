/** scrypt (RFC 7914), as Werkzeug, Django and passlib write it. */
import { scryptSync, timingSafeEqual } from 'node:crypto'
import type { Scheme } from './scheme.ts'

/** N × r × p; 128 bytes each: at most 128 MiB, about half a second. Werkzeug's default is 2^15 × 8 × 1. */
const maxWork = 2 ** 20

const werkzeug =
  /^scrypt:(?<N>\d{1,9}):(?<r>\d{1,3}):(?<p>\d{1,3})\$(?<text>[^$]+)\$(?<hex>(?:[0-9a-f]{2})+)$/
const django =
  /^scrypt\$(?<N>\d{1,9})\$(?<text>[^$]+)\$(?<r>\d{1,3})\$(?<p>\d{1,3})\$(?<base64>[\w+/]+=*)$/
const passlib =
  /^\$scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,3}),p=(?<p>\d{1,3})\$(?<salt>[\w+/]*)\$(?<base64>[\w+/]+)$/

export const scrypt: Scheme = (hash) => {
  const { groups } = werkzeug.exec(hash) ?? django.exec(hash) ?? passlib.exec(hash) ?? {}
  if (!groups) return undefined
  const { ln, text = '', hex, base64 = '' } = groups
  const N = ln ? 2 ** Number(ln) : Number(groups.N)
  const salt = groups.salt === undefined ? Buffer.from(text) : Buffer.from(groups.salt, 'base64')
  const key = Buffer.from(hex ?? base64, hex ? 'hex' : 'base64')
  const cost = { N, r: Number(groups.r), p: Number(groups.p) }
  if (!isScryptCost(cost) || key.length < 16 || key.length > 64) return undefined
  return {
    costFault: scryptCostFault(cost),
    matches: (password) => timingSafeEqual(scryptKey(password, salt, key.length, cost), key),
  }
}

export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** Whether scrypt is defined for it: N is a power of two, less than 2^(128 × r / 8) (RFC 7914 §2). */
export function isScryptCost({ N, r, p }: ScryptCost): boolean {
  return N > 1 && Number.isInteger(Math.log2(N)) && r > 0 && Math.log2(N) < 16 * r && p > 0
}

export function scryptCostFault({ N, r, p }: ScryptCost): string | undefined {
  if (N * r * p <= maxWork) return undefined
  return `the hash costs too much, scrypt with N=${N},r=${r},p=${p}: the limit is N × r × p = ${maxWork}`
}

export function scryptKey(
  password: string | Uint8Array,
  salt: Uint8Array,
  length: number,
  cost: ScryptCost,
): Buffer {
  // The memory is 128 × r × (N + p) bytes and a little more.
  return scryptSync(password, salt, length, { ...cost, maxmem: 2 * 128 * maxWork })
}
