/** What was changed in an account, for the audit trail: names of fields, and scopes that are the account's. */
import type { UserRow } from '../store/user-row.ts'

const fields = { username: 'username', email: 'email', fullName: 'full_name' } as const
const mostCharacters = 1000

/** `email +users:write -items:read`. Nothing where the account has stayed as it was, but for being enabled or disabled. */
export function changesBetween(before: UserRow, after: UserRow): string | undefined {
  const named = (['username', 'email', 'fullName'] as const)
    .filter((field) => before[field] !== after[field])
    .map((field) => fields[field])
  const given = after.scopes.filter((scope) => !before.scopes.includes(scope))
  const taken = before.scopes.filter((scope) => !after.scopes.includes(scope))
  const scopes = [...given.map((scope) => `+${scope}`), ...taken.map((scope) => `-${scope}`)]
  return [...named, ...scopes].join(' ').slice(0, mostCharacters) || undefined
}
