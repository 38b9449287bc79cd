/** An account as the contract shows it: never its hash. */
import type { User } from '../../../generated/api.ts'
import type { UserRow } from '../../store/user-row.ts'

export function userBody(user: UserRow): User {
  return {
    user_id: user.userId,
    username: user.username,
    ...(user.email && { email: user.email }),
    ...(user.fullName && { full_name: user.fullName }),
    disabled: user.disabled,
    scopes: [...user.scopes],
    created_at: new Date(user.createdAt).toISOString(),
  }
}
