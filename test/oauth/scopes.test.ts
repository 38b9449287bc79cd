import { describe, expect, it } from 'vitest'
import { InvalidScope } from '../../src/oauth/oauth-errors.ts'
import { grantedScopes } from '../../src/oauth/scopes.ts'

const held = ['me:read', 'me:write', 'items:read']

/** The error, or undefined. */
function refusalOf(asked: string): InvalidScope | undefined {
  try {
    grantedScopes(asked, held)
  } catch (error) {
    if (error instanceof InvalidScope) return error
    throw error
  }
  return undefined
}

describe('the granted scopes', () => {
  it('are all allowed scopes if none are requested', () => {
    expect(grantedScopes(undefined, held)).toEqual(held)
  })

  it.each([
    ['me:read', ['me:read']],
    ['items:read me:read', ['items:read', 'me:read']],
    ['me:read me:read', ['me:read']],
    ['  me:read   me:write ', ['me:read', 'me:write']],
  ])('are those asked for, each once: %j', (asked, granted) => {
    expect(grantedScopes(asked, held)).toEqual(granted)
  })

  it.each(['', ' ', 'me:read\tme:write', 'me:read "', 'me:read \\', 'é', 'éme:read', 'me:readé'])(
    'are rejected as malformed: %j',
    (asked) => {
      expect(refusalOf(asked)).toMatchObject({ message: 'The scope is malformed', faults: [] })
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
