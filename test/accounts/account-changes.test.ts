import { describe, expect, it } from 'vitest'
import type { UserChanges } from '../../generated/api.ts'
import { accountChange } from '../../src/accounts/account-changes.ts'
import { newUser } from '../../src/accounts/new-user.ts'
import { auditEvent } from '../../src/audit/audit.ts'

const scopes = ['me:read', 'me:write']
const user = newUser({ username: 'alice', fullName: 'Alice', passwordHash: 'x', scopes }, 1)

function changing(changes: UserChanges) {
  const change = accountChange(user, changes, (kind, detail) =>
    auditEvent('http', kind, { userId: user.userId, detail }, 2),
  )
  return change && { user: change.user, kind: change.event.kind, detail: change.event.detail }
}

describe('accountChange', () => {
  it('changes the fields of the patch, removes those that are null, and keeps the rest', () => {
    expect(changing({ email: 'a@example.com', full_name: null })).toEqual({
      user: { ...user, email: 'a@example.com', fullName: undefined },
      kind: 'user_updated',
      detail: 'email full_name',
    })
  })

  it('makes a changed address an unverified one, and keeps it verified otherwise [K76]', () => {
    const ada = { ...user, email: 'a@example.com', emailVerified: true }
    const event = auditEvent('http', 'user_updated', { userId: user.userId }, 2)
    const changed = (changes: UserChanges) => accountChange(ada, changes, () => event)?.user
    expect(changed({ email: 'b@example.com' })).toMatchObject({ emailVerified: false })
    expect(changed({ email: null })).toMatchObject({ emailVerified: false })
    const renamed = changed({ email: 'a@example.com', full_name: 'Ada' })
    expect(renamed).toMatchObject({ emailVerified: true })
  })

  it('names the changed fields and scopes in the event [J3]', () => {
    const changes = { username: 'alicia', scopes: ['me:write', 'users:read'] }
    expect(changing(changes)).toMatchObject({ detail: 'username +users:read -me:read' })
  })

  it.each<[UserChanges, string, string | undefined]>([
    [{ disabled: true }, 'user_disabled', undefined],
    [{ disabled: true, full_name: 'A' }, 'user_disabled', 'full_name'],
    [{ scopes: ['me:write', 'me:read'] }, 'user_updated', undefined],
  ])('turns %j into the event %s with detail %s', (changes, kind, detail) => {
    expect(changing(changes)).toMatchObject({ kind, detail })
  })

  it.each<UserChanges>([
    {},
    { email: null },
    { full_name: 'Alice', scopes: [...scopes], disabled: false, username: 'alice' },
  ])('returns undefined if nothing changes: %j', (changes) => {
    expect(changing(changes)).toBeUndefined()
  })
})
