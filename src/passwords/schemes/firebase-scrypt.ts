/**
 * scrypt as Firebase changed it: the key encrypts the signer key of the project (AES-256-CTR), and the hash is the result.
 *
 * The hash and the signer key give the keystream, with which the password can be verified: it is stored instead of both, so that
 * the signer key is in no database. https://github.com/firebase/scrypt
 */
import { createCipheriv, timingSafeEqual } from 'node:crypto'
import type { Scheme } from './scheme.ts'
import { isScryptCost, type ScryptCost, scryptCostFault, scryptKey } from './scrypt.ts'

const form =
  /^\$firebase-scrypt\$ln=(?<ln>\d{1,2}),r=(?<r>\d{1,3}),p=1\$(?<salt>[\w+/]+=*)\$(?<keystream>[\w+/]+=*)$/

export const firebaseScrypt: Scheme = (hash) => {
  const { groups } = form.exec(hash) ?? {}
  if (!groups) return undefined
  const cost: ScryptCost = { N: 2 ** Number(groups.ln), r: Number(groups.r), p: 1 }
  const salt = Buffer.from(groups.salt ?? '', 'base64')
  const keystream = Buffer.from(groups.keystream ?? '', 'base64')
  if (!isScryptCost(cost) || keystream.length < 16) return undefined
  return {
    costFault: scryptCostFault(cost),
    matches(password) {
      const key = scryptKey(password, salt, 64, cost).subarray(0, 32)
      const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
      return timingSafeEqual(cipher.update(Buffer.alloc(keystream.length)), keystream)
    },
  }
}

/** The parameters of a project, as `firebase auth:export` and the console show them. */
export interface FirebaseProject {
  readonly signerKey: Uint8Array
  readonly saltSeparator: Uint8Array
  readonly rounds: number
  readonly memCost: number
}

/** The stored form of an exported hash. Undefined if it has another length than the signer key: it is of another scheme. */
export function firebaseHash(
  { signerKey, saltSeparator, rounds, memCost }: FirebaseProject,
  hash: Uint8Array,
  salt: Uint8Array,
): string | undefined {
  if (hash.length !== signerKey.length) return undefined
  const keystream = hash.map((byte, at) => byte ^ (signerKey[at] ?? 0))
  const salted = Buffer.concat([salt, saltSeparator])
  return `$firebase-scrypt$ln=${memCost},r=${rounds},p=1$${salted.toString('base64')}$${Buffer.from(keystream).toString('base64')}`
}
