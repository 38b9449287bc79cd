import { describe, expect, it } from 'vitest'
import { isUserId, newUser, selectedScopes } from '../../src/accounts/new-user.ts'

describe('newUser', () => {
  it('has a unique id, each scope once, and no profile unless one is given', () => {
    const given = { username: 'alice', passwordHash: 'x', scopes: ['me:read', 'me:read'] }
    const user = newUser(given, 5)
    expect(user).toEqual({
      userId: expect.stringMatching(/^u_/),
      username: 'alice',
      email: undefined,
      fullName: undefined,
      passwordHash: 'x',
      disabled: false,
      emailVerified: false,
      scopes: ['me:read'],
      createdAt: 5,
      version: 1,
    })
    const other = newUser({ ...given, fullName: 'Alice', disabled: true }, 5)
    expect(other).toMatchObject({ fullName: 'Alice', disabled: true })
    expect(other.userId).not.toBe(user.userId)
  })
})

describe('isUserId', () => {
  it('accepts the id of a new user, but no part of it and nothing around it', () => {
    const { userId } = newUser({ username: 'alice', passwordHash: 'x', scopes: [] }, 5)
    expect(isUserId(userId)).toBe(true)
    for (const other of ['alice', userId.slice(1), userId.slice(0, -1), `${userId}x`, `x${userId}`])
      expect(isUserId(other)).toBe(false)
  })
})

describe('selectedScopes', () => {
  const about = { place: 'defaultScopes', owner: 'the contract' }
  const declared = ['me:read', 'me:write', 'items:read', 'users:read', 'home:read', 'menu:read']

  it('are those that a name or a pattern selects, and no scope with a similar name', () => {
    expect(selectedScopes(declared, ['me:*', 'items:read'], about)).toEqual(declared.slice(0, 3))
    expect(selectedScopes(declared, ['*:read'], about)).not.toContain('me:write')
    expect(selectedScopes(declared, [], about)).toEqual([])
  })

  it.each(['items', 'notes:*', 'me.read', ''])('cannot be selected by %j', (pattern) => {
    expect(() => selectedScopes(declared, ['me:*', pattern], about)).toThrow(
      `defaultScopes: ${pattern} is no scope of the contract: use me:read`,
    )
  })
})
