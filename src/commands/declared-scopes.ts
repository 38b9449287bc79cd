/** The scopes that the contract declares. */
import { readContract, scopesOf } from '../contract/contract.ts'

export function declaredScopes(): readonly string[] {
  return scopesOf(readContract().document, 'OAuth2')
}
