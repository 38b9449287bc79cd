/** bcrypt over SHA-256, which makes all bytes count: `bcrypt_sha256` of Django, and both versions of that of passlib. */
import { createHash, createHmac } from 'node:crypto'
import { bcrypt } from './bcrypt.ts'
import type { Scheme } from './scheme.ts'

const forms: readonly {
  readonly form: RegExp
  /** What is hashed instead of the password. */
  readonly inputOf: (password: string | Uint8Array, salt: string) => string
}[] = [
  {
    form: /^bcrypt_sha256\$\$2[aby]\$(?<cost>\d\d)\$(?<salt>.{22})(?<key>.{31})$/,
    inputOf: (password) => createHash('sha256').update(password).digest('hex'),
  },
  {
    form: /^\$bcrypt-sha256\$2[aby],(?<cost>\d\d?)\$(?<salt>.{22})\$(?<key>.{31})$/,
    inputOf: (password) => createHash('sha256').update(password).digest('base64'),
  },
  {
    form: /^\$bcrypt-sha256\$v=2,t=2[aby],r=(?<cost>\d\d?)\$(?<salt>.{22})\$(?<key>.{31})$/,
    inputOf: (password, salt) => createHmac('sha256', salt).update(password).digest('base64'),
  },
]

export const bcryptSha256: Scheme = (hash) => {
  for (const { form, inputOf } of forms) {
    const { cost = '', salt = '', key } = form.exec(hash)?.groups ?? {}
    const verifier = key && bcrypt(`$2b$${cost.padStart(2, '0')}$${salt}${key}`)
    if (verifier)
      return { ...verifier, matches: (password) => verifier.matches(inputOf(password, salt)) }
  }
  return undefined
}
