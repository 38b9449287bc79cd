/** The scopes that the contract declares. */

import { scopesOf } from '#contract'
import { contract } from '../../generated/contract.ts'

export function declaredScopes(): readonly string[] {
  return scopesOf(contract.document, 'OAuth2')
}
