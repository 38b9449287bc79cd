/** The scopes that the contract declares. */
import { contract } from '../../generated/contract.ts'
import { scopesOf } from '../contract/contract.ts'

export function declaredScopes(): readonly string[] {
  return scopesOf(contract.document, 'OAuth2')
}
