import { describe, expect, it } from 'vitest'
import { selectedScopes } from '../../src/accounts/contract-scopes.ts'

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
