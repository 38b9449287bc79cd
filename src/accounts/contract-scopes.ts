/** The scopes that a server can grant: those that its contract declares. */
import { type Contract, scopesOf } from '#contract'
import type { AccountServices } from './account-services.ts'
import { selectedScopes } from './new-user.ts'

/** Those of the scheme `OAuth2`. */
export function declaredScopes({ contract }: { readonly contract: Contract }): readonly string[] {
  return scopesOf(contract.document, 'OAuth2')
}

/** `defaultScopes` are names or patterns. Throws an `InvalidSetting` if the contract has no scope that one of them selects. */
export function scopesIn(product: {
  readonly contract: Contract
  readonly defaultScopes: readonly string[]
}): Pick<AccountServices, 'scopes' | 'defaultScopes'> {
  const scopes = declaredScopes(product)
  const about = { place: 'defaultScopes', owner: 'the contract' }
  return { scopes, defaultScopes: selectedScopes(scopes, product.defaultScopes, about) }
}
