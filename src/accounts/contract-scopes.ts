/** The scopes that a server can grant, which its contract declares, and those of them that names or patterns select. */
import { type Contract, scopesOf } from '#contract'
import { InvalidSetting } from '../config/config.ts'
import type { AccountServices } from './account-services.ts'

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

/** The scopes that the names or patterns select; `*` stands for any text. Throws an `InvalidSetting` if one selects none. */
export function selectedScopes(
  scopes: readonly string[],
  patterns: readonly string[],
  { place, owner }: { readonly place: string; readonly owner: string },
): readonly string[] {
  const matches = (scope: string, pattern: string) =>
    new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(scope)
  const useless = patterns.find((pattern) => !scopes.some((scope) => matches(scope, pattern)))
  if (useless !== undefined)
    throw new InvalidSetting(
      `${place}: ${useless} is no scope of ${owner}: use ${scopes.join(' ')}`,
    )
  return scopes.filter((scope) => patterns.some((pattern) => matches(scope, pattern)))
}
