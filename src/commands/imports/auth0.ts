/** The export of password hashes that Auth0 makes on request: an object per line. Its user ids are `auth0|` and the id of the object. */
import { isObject } from './fields.ts'
import type { Source } from './source.ts'

export const auth0: Source = {
  cutsPasswords: true,
  read({ text, flag }, record, inner) {
    const email = text('email')
    const id = isObject(record._id) ? inner(record._id).text('$oid') : text('_id')
    return {
      username: text('username') ?? email,
      email,
      emailVerified: flag('email_verified'),
      fullName: text('name') === email ? undefined : text('name'),
      passwordHash: text('passwordHash'),
      disabled: flag('blocked'),
      externalId: text('user_id') ?? (id && `auth0|${id}`),
      createdAt: id ? createdAtOf(id) : undefined,
    }
  },
}

/** The id of an object of MongoDB begins with the second in which it was made. */
function createdAtOf(id: string): number | undefined {
  return /^[0-9a-f]{24}$/.test(id) ? Number.parseInt(id.slice(0, 8), 16) * 1000 : undefined
}
