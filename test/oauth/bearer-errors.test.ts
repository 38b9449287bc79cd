import { describe, expect, it } from 'vitest'
import { InsufficientScope } from '../../src/oauth/bearer-errors.ts'

const metadata = 'https://api.example.com/.well-known/oauth-protected-resource'
const refusal = () =>
  new InsufficientScope(metadata, ['a', 'b', 'c'], ['b', 'c'], { userId: 'u_1' })

describe('the refusal of a token without the required scopes', () => {
  it('names the required scopes in the challenge, and the missing ones in the message', () => {
    expect(refusal()).toMatchObject({
      status: 403,
      code: 'insufficient_scope',
      message: 'The token lacks the scope b c',
      headers: {
        'WWW-Authenticate': `Bearer resource_metadata="${metadata}", error="insufficient_scope", scope="a b c"`,
      },
    })
  })

  it('has an event for the audit trail, with the caller', () => {
    expect(refusal().event).toEqual({ kind: 'access_denied', detail: 'lacks b c', userId: 'u_1' })
  })
})
