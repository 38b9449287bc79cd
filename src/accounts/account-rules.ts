/** What the contract says of usernames, profiles and scopes: the command line refuses what HTTP refuses. */
import { readContract, scopesOf } from '../contract/contract.ts'
import { schemaChecks } from '../contract/schema-check.ts'
import { type Profile, profileFields } from './profile.ts'

export type AccountRules = ReturnType<typeof accountRules>

/** A fault says for people why there cannot be such an account, without repeating a value; nothing where there can. */
export function accountRules() {
  const { document } = readContract()
  const scopes = scopesOf(document, 'OAuth2')
  const checkOf = schemaChecks(document)
  const isUsername = checkOf('NewUsername')
  const fields = profileFields.map((field) => ({ ...field, isValid: checkOf(field.schema) }))

  function profileFault(
    profile: Partial<Profile> & { readonly username: string },
  ): string | undefined {
    const { username } = profile
    const given = fields.filter(({ key }) => profile[key] !== undefined)
    const texts = [username, ...given.map(({ key }) => profile[key])]
    if (!texts.every((text) => text?.isWellFormed()))
      return 'there is half a surrogate pair, which is no character'
    if (!isUsername(username))
      return 'a username has 1 to 200 characters, no spaces and nothing invisible'
    return given.find(({ key, isValid }) => !isValid(profile[key]))?.fault
  }

  function scopeFault(asked: readonly string[]): string | undefined {
    const unknown = asked.filter((scope) => !scopes.includes(scope))
    if (unknown.length === 0) return undefined
    return `unknown scope ${unknown.join(' ')}; there are ${scopes.join(' ')}`
  }

  return { scopes, profileFault, scopeFault }
}
