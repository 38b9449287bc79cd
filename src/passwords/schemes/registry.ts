/** The schemes of password hashes that logins verify. A new scheme is a file of this folder and a line here. */
import { argon2 } from './argon2.ts'
import { bcrypt } from './bcrypt.ts'
import { bcryptSha256 } from './bcrypt-sha256.ts'
import { firebaseScrypt } from './firebase-scrypt.ts'
import { pbkdf2 } from './pbkdf2.ts'
import type { Scheme, Verifier } from './scheme.ts'
import { scrypt } from './scrypt.ts'

const schemes: readonly Scheme[] = [bcrypt, argon2, bcryptSha256, pbkdf2, scrypt, firebaseScrypt]

/** Undefined if the hash is of none of the schemes. */
export function verifierOf(hash: string): Verifier | undefined {
  return schemes
    .values()
    .map((scheme) => scheme(hash))
    .find((verifier) => verifier !== undefined)
}
