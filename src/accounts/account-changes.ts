/** Applies a merge patch (RFC 7396) to an account, and describes the change for the audit trail. */
import { isDeepStrictEqual } from 'node:util'
import type { UserChanges } from '../../generated/api.ts'
import type { AuditKind } from '../audit/audit.ts'
import { HttpError } from '../http-error.ts'
import type { AuditEventRow } from '../store/audit-events.ts'
import type { UserRow } from '../store/user-row.ts'
import type { UserChange } from '../store/users.ts'
import { profileFields, profileIn } from './profile.ts'

const maxDetailLength = 1000

/** The address could not get a mail. */
export class NothingToConfirm extends HttpError<409, 'nothing_to_confirm'> {
  constructor(message: string) {
    super(409, 'nothing_to_confirm', message)
  }
}

/** Returns undefined if nothing changes. Throws a `NothingToConfirm`. */
export function accountChange(
  current: UserRow,
  changes: UserChanges,
  eventOf: (kind: AuditKind, detail: string | undefined) => AuditEventRow,
): UserChange | undefined {
  const user = changedUser(current, changes)
  if (isDeepStrictEqual(user, current)) return undefined
  return { user, event: eventOf(kindOf(current, user), detailOf(current, user)) }
}

/**
 * What an administrator says about an address counts, also about the one that the account has: it ends the way back to a previous one.
 */
export function administeredChange(
  ...[current, changes, eventOf]: Parameters<typeof accountChange>
): UserChange | undefined {
  const change = accountChange(current, changes, eventOf)
  if (!isAboutAddress(changes)) return change
  const { user, event } = change ?? { user: current, event: eventOf('user_updated', 'email') }
  return { user, event, endsRestorationsSince: 0 }
}

export function isAboutAddress({ email, email_verified }: UserChanges): boolean {
  return email !== undefined || email_verified !== undefined
}

function changedUser(
  user: UserRow,
  { username, disabled, scopes, email_verified: isVouchedFor, ...profile }: UserChanges,
): UserRow {
  const changed = { ...user, ...profileIn(profile) }
  if (isVouchedFor && changed.email === undefined)
    throw new NothingToConfirm('The account has no e-mail address')
  return {
    ...changed,
    emailVerified: isVouchedFor ?? (user.emailVerified && changed.email === user.email),
    username: username ?? user.username,
    disabled: disabled ?? user.disabled,
    scopes: scopes ?? user.scopes,
  }
}

function kindOf(before: UserRow, after: UserRow): AuditKind {
  if (after.disabled === before.disabled) return 'user_updated'
  return after.disabled ? 'user_disabled' : 'user_enabled'
}

/** `username email +users:write -items:read`: the names of changed fields, then scopes added and removed. Never a value. */
export function detailOf(before: UserRow, after: UserRow): string | undefined {
  const fields = [
    { name: 'username', key: 'username' } as const,
    ...profileFields,
    { name: 'email_verified', key: 'emailVerified' } as const,
  ]
  const changed = fields.filter(({ key }) => before[key] !== after[key])
  const added = after.scopes.filter((scope) => !before.scopes.includes(scope))
  const removed = before.scopes.filter((scope) => !after.scopes.includes(scope))
  const parts = [
    ...changed.map(({ name }) => name),
    ...added.map((scope) => `+${scope}`),
    ...removed.map((scope) => `-${scope}`),
  ]
  return parts.join(' ').slice(0, maxDetailLength) || undefined
}
