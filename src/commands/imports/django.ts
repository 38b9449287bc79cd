/** `manage.py dumpdata auth.User`, or rows of the table `auth_user`. Objects of other models are skipped. */
import { isObject } from './fields.ts'
import { fullNameOf, type Source } from './source.ts'

/** What the hash of a user begins with who has no password. */
const unusable = '!'

export const django: Source = {
  cutsPasswords: true,
  column: 'password',
  read(fields, record, inner) {
    const dumped = isObject(record.fields) ? record.fields : undefined
    if (dumped && !Object.hasOwn(dumped, 'password')) return undefined
    const user = dumped ? inner(dumped) : fields
    const hash = user.text('password')
    const email = user.text('email')
    return {
      username: user.text('username') ?? email,
      email,
      fullName: fullNameOf(user.text('first_name'), user.text('last_name')),
      passwordHash: hash?.startsWith(unusable) ? undefined : hash,
      disabled: user.flag('is_active') === false,
      externalId: fields.id(dumped ? 'pk' : 'id'),
      createdAt: user.time('date_joined'),
    }
  },
}
