import { describe, expect, it } from 'vitest'
import { InvalidScope } from '../../src/oauth/oauth-errors.ts'
import { grantedScopes } from '../../src/oauth/scopes.ts'

const allowed = ['me:read', 'me:write', 'items:read']

/** The error, or undefined. */
function refusalOf(requested: string): InvalidScope | undefined {
  try {
    grantedScopes(requested, allowed)
  } catch (error) {
    if (error instanceof InvalidScope) return error
    throw error
  }
  return undefined
}

describe('the granted scopes', () => {
  it('are all allowed scopes if none are requested', () => {
    expect(grantedScopes(undefined, allowed)).toEqual(allowed)
  })

  it.each([
    ['me:read', ['me:read']],
    ['items:read me:read', ['items:read', 'me:read']],
    ['me:read me:read', ['me:read']],
    ['  me:read   me:write ', ['me:read', 'me:write']],
  ])('are the requested ones, each once: %j', (requested, granted) => {
    expect(grantedScopes(requested, allowed)).toEqual(granted)
  })

  it.each(['', ' ', 'me:read\tme:write', 'me:read "', 'me:read \\', 'é', 'éme:read', 'me:readé'])(
    'are rejected as malformed: %j',
    (requested) => {
      expect(refusalOf(requested)).toMatchObject({ message: 'The scope is malformed', faults: [] })
    },
  )

  it.each(['!', '#', '[', ']', '~'])('may have the character %j', (character) => {
    expect(grantedScopes(character, [character])).toEqual([character])
  })

  it('are rejected if one is not allowed, and the error names only such scopes', () => {
    expect(refusalOf('me:read users:read root')).toMatchObject({
      message: 'The scope is unknown or not allowed',
      faults: [
        { in: 'body', pointer: '/scope', detail: 'is unknown or not allowed: users:read root' },
      ],
    })
  })
})
