/**
 * The rules for usernames, profiles and scopes, so that the command line rejects what HTTP rejects. The scopes are those of the
 * server's contract; the other rules belong to the accounts, whichever operations the contract has. `loginNameFault` is apart: an
 * import takes names with `@` whatever `LOGIN_WITH` says, because its accounts can log in with their verified address.
 */
import { schemaChecks } from '#contract'
import { contract } from '../../generated/contract.ts'
import { type Profile, profileFields } from './profile.ts'
import { hasInvisible, textFault } from './text-rules.ts'

/** Each check returns what is wrong, without repeating a profile value, or undefined. */
export async function accountRules(scopes: readonly string[]) {
  const { document } = contract
  const checkOf = await schemaChecks(document)
  const isUsername = checkOf('NewUsername')
  const isExternalId = checkOf('ExternalId')
  const fields = profileFields.map((field) => ({ ...field, isValid: checkOf(field.schema) }))

  /** An absent username is no fault. */
  function profileFaults(profile: Partial<Profile> & { readonly username?: string }): string[] {
    const { username } = profile
    const given = fields.filter(({ key }) => profile[key] !== undefined)
    const values = [username, ...given.map(({ key }) => profile[key])]
    if (!values.every((value) => value?.isWellFormed() ?? true))
      return ['the username or the profile contains an unpaired surrogate']
    const isNameless = username !== undefined && (!isUsername(username) || hasInvisible(username))
    return [
      ...(isNameless
        ? ['a username has 1 to 200 characters, and no spaces or invisible characters']
        : []),
      ...given
        .filter(
          ({ name, key, isValid }) => !isValid(profile[key]) || textFault(name, profile[key] ?? ''),
        )
        .map(({ fault }) => fault),
    ]
  }

  function externalIdFault(externalId: string): string | undefined {
    if (isExternalId(externalId) && externalId.isWellFormed()) return undefined
    return 'an external id has 1 to 200 characters, and no control characters'
  }

  function scopeFault(requested: readonly string[]): string | undefined {
    const unknown = requested.filter((scope) => !scopes.includes(scope))
    if (unknown.length === 0) return undefined
    return `unknown scope ${unknown.join(' ')}: use ${scopes.join(' ')}`
  }

  return { profileFaults, externalIdFault, scopeFault }
}
