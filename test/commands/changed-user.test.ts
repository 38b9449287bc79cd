import { describe, expect, it } from 'vitest'
import { newUser } from '../../src/accounts/new-user.ts'
import { isUserId } from '../../src/commands/changed-user.ts'

describe('isUserId', () => {
  it('accepts the id of a new user, but no part of it and nothing around it', () => {
    const { userId } = newUser({ username: 'alice', passwordHash: 'x', scopes: [] }, 5)
    expect(isUserId(userId)).toBe(true)
    for (const other of ['alice', userId.slice(1), userId.slice(0, -1), `${userId}x`, `x${userId}`])
      expect(isUserId(other)).toBe(false)
  })
})
