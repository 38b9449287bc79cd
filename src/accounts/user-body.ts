/** The response body for an account: never contains the password hash. */
import type { User } from '../../generated/api.ts'
import type { Account } from '../store/user-row.ts'
import { type Profile, type ProfileName, profileFields } from './profile.ts'

export function userBody(user: Account): User {
  return {
    user_id: user.userId,
    username: user.username,
    ...profileBody(user),
    email_verified: user.emailVerified,
    disabled: user.disabled,
    scopes: [...user.scopes],
    created_at: new Date(user.createdAt).toISOString(),
  }
}

/** Omits empty fields. */
function profileBody(profile: Profile): Pick<User, ProfileName> {
  const filled: Partial<Record<ProfileName, string>> = {}
  for (const { name, key } of profileFields) if (profile[key]) filled[name] = profile[key]
  return filled
}
