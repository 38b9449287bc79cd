import { describe, expect, it } from 'vitest'
import { accountRules } from '../../src/accounts/account-rules.ts'

const scopes = ['me:read', 'me:write', 'items:read']
const { scopeFault, profileFaults } = await accountRules(scopes)

describe('accountRules', () => {
  it('names the unknown scopes, and the known ones', () => {
    expect(scopeFault(['me:read', 'root', 'wheel'])).toBe(
      `unknown scope root wheel: use ${scopes.join(' ')}`,
    )
    expect(scopeFault(scopes)).toBeUndefined()
  })

  it.each([
    [{ username: 'alice', email: 'a@example.com', fullName: 'Alice' }, undefined],
    [{ username: 'alice', email: undefined }, undefined],
    [{ username: 'a b' }, /^a username/],
    [{ username: 'alice', email: 'nowhere', fullName: 'Alice' }, /^the email/],
    [{ username: 'alice', email: 'a@example.com', fullName: '\n' }, /^a full name/],
    [{ username: 'alice', locale: 'de-AT' }, undefined],
    [{ username: 'alice', locale: 'German' }, /^a locale is a language tag/],
    [{ username: 'alice', fullName: '\uD800' }, /surrogate/],
  ])('rejects %j: %s', (profile, fault) => {
    const said = profileFaults(profile)[0]
    if (fault) expect(said).toMatch(fault)
    else expect(said).toBeUndefined()
  })
})
