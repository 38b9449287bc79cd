/** `manage.py dumpdata auth.User`, or rows of the table `auth_user`. Objects of other models are skipped. */
import { isObject } from './fields.ts'
import { fullNameOf, type Source } from './source.ts'

export const django: Source = {
  cutsPasswords: true,
  column: 'password',
  read(fields, record, inner) {
    const isDumped = isObject(record.fields)
    const user = isObject(record.fields) ? inner(record.fields) : fields
    const passwordHash = user.text('password')
    if (isDumped && passwordHash === undefined) return undefined
    const email = user.text('email')
    return {
      username: user.text('username') ?? email,
      email,
      fullName: fullNameOf(user.text('first_name'), user.text('last_name')),
      passwordHash,
      disabled: user.flag('is_active') === false,
      externalId: fields.id(isDumped ? 'pk' : 'id'),
      createdAt: user.time('date_joined'),
    }
  },
}
