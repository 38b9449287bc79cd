import { describe, expect, it } from 'vitest'
import { defaultScopes } from '../../src/accounts/new-user.ts'

describe('defaultScopes', () => {
  it('are for the account itself and its items, and for nothing that only sounds like them', () => {
    const declared = ['me:read', 'me:write', 'items:read', 'users:read', 'home:read', 'menu:read']
    expect(defaultScopes(declared)).toEqual(['me:read', 'me:write', 'items:read'])
  })
})
