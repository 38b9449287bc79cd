import { describe, expect, it } from 'vitest'
import { newUser } from '../../src/accounts/new-user.ts'

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
