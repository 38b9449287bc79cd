/** bcrypt: `$2a$`, `$2b$` and `$2y$`, which differ only in the bugs of the libraries that made them; also as Spring and Django write it. */
import { compareSync } from 'bcrypt'
import type { Scheme } from './scheme.ts'

const maxBcryptBytes = 72
const form = /^(?:\{bcrypt\}|bcrypt\$)?\$2[aby](\$(0[4-9]|1[0-6])\$[./A-Za-z0-9]{53})$/

/** A password of which bcrypt reads only a part does not match. */
export const bcrypt: Scheme = (hash) => {
  const [, rest, cost] = form.exec(hash) ?? []
  if (rest === undefined) return undefined
  return {
    bcryptCost: Number(cost),
    matches: (input) => compareSync(Buffer.from(input), `$2b${rest}`) && !isCutByBcrypt(input),
  }
}

/** Whether bcrypt reads only a part of it. */
export function isCutByBcrypt(input: string | Uint8Array): boolean {
  return Buffer.byteLength(input) > maxBcryptBytes
}

/** What bcrypt reads of a password. */
export function cutForBcrypt(password: string): Uint8Array {
  return Buffer.from(password).subarray(0, maxBcryptBytes)
}

/** A hash that no password matches: an unknown user costs as much as a known one. */
export function dummyBcrypt(cost: number): string {
  return `${bcryptPrefix(cost)}C6UzMDM.H6dfI/f/IKcEe.7uqpTAhJ3rJZbAL0P3DAXrvmkVgAFcu`
}

export function bcryptPrefix(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$`
}
