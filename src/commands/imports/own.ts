/** The fields of our own imports: those of an account, and the hash as FastAPI's tutorial calls it. Others are faults. */
import { profileFields, profileIn } from '../../accounts/profile.ts'
import type { Source } from './source.ts'

export const own: Source = {
  column: 'username',
  isFlat: true,
  read(fields) {
    const { text, flag, words, id, time, faults } = fields
    const username = text('username')
    const [hash, hashed] = [text('password_hash'), text('hashed_password')]
    if (hash && hashed) faults.push('password_hash and hashed_password are both given')
    const profile = profileIn(
      Object.fromEntries(profileFields.map(({ name }) => [name, text(name)])),
    )
    const account = {
      ...profile,
      username,
      emailVerified: flag('email_verified'),
      passwordHash: hash ?? hashed,
      disabled: flag('disabled'),
      scopes: words('scopes'),
      externalId: id('external_id'),
      createdAt: time('created_at'),
    }
    if (account.emailVerified && account.email === undefined)
      faults.push('email_verified is true, and email is missing')
    for (const name of fields.unread()) faults.push(`unknown field ${name}`.trimEnd())
    return account
  },
}
