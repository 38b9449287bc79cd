/** The users of a realm, as `kc.sh export` and the administration console write them. Those of clients are skipped. */
import { toPhc } from '../../passwords/schemes/argon2.ts'
import { pbkdf2Of } from '../../passwords/schemes/pbkdf2.ts'
import { type Fields, isObject, type JsonObject, parsedObject } from './fields.ts'
import { fullNameOf, type Source } from './source.ts'

export const keycloak: Source = {
  list: 'users',
  read({ text, flag, time, faults }, record, inner) {
    if (typeof record.serviceAccountClientId === 'string') return undefined
    const credentials = Array.isArray(record.credentials) ? record.credentials : []
    const password = credentials.find((each) => isObject(each) && each.type === 'password')
    return {
      username: text('username'),
      email: text('email'),
      emailVerified: flag('emailVerified'),
      fullName: fullNameOf(text('firstName'), text('lastName')),
      locale: isObject(record.attributes)
        ? inner(record.attributes).words('locale')?.[0]
        : undefined,
      passwordHash: isObject(password) ? hashOf(inner(password), inner, faults) : undefined,
      disabled: flag('enabled') === false,
      externalId: text('id'),
      createdAt: time('createdTimestamp'),
    }
  },
}

const digests: ReadonlyMap<unknown, 'sha1' | 'sha256' | 'sha512'> = new Map([
  ['pbkdf2', 'sha1'],
  ['pbkdf2-sha256', 'sha256'],
  ['pbkdf2-sha512', 'sha512'],
])

/** Keycloak writes JSON into texts, and has no text for a hash. */
function hashOf(
  credential: Fields,
  inner: (record: JsonObject) => Fields,
  faults: string[],
): string | undefined {
  const secret = parsedObject(credential.text('secretData'))
  const data = parsedObject(credential.text('credentialData'))
  const { value, salt } = secret
  const { algorithm, hashIterations } = data
  const digest = digests.get(algorithm)
  if (
    typeof value === 'string' &&
    typeof salt === 'string' &&
    Number.isSafeInteger(hashIterations)
  ) {
    const [key, salted] = [Buffer.from(value, 'base64'), Buffer.from(salt, 'base64')]
    if (digest) return pbkdf2Of(digest, Number(hashIterations), salted, key)
    const more = isObject(data.additionalParameters) ? inner(data.additionalParameters) : undefined
    const first = (name: string) => more?.words(name)?.[0]
    if (algorithm === 'argon2' && first('version') === '1.3')
      return `$argon2${first('type')}$v=19$m=${first('memory')},t=${hashIterations},p=${first('parallelism')}$${toPhc(salted)}$${toPhc(key)}`
  }
  faults.push('unsupported hash of Keycloak: use PBKDF2, or Argon2 of version 1.3')
  return undefined
}
