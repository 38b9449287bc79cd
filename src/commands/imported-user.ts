/** Makes an account of a record of an import. All that is wrong with it is told at once, and no value is repeated. */
import { accountRules } from '../accounts/account-rules.ts'
import { scopesIn } from '../accounts/contract-scopes.ts'
import { newUser } from '../accounts/new-user.ts'
import { profileFields } from '../accounts/profile.ts'
import { noPassword } from '../passwords/passwords.ts'
import { hashFault, withCut } from '../passwords/stored-hash.ts'
import type { UserRow } from '../store/user-row.ts'
import { fieldsOf, type JsonObject } from './imports/fields.ts'
import type { ImportedAccount, Source } from './imports/source.ts'
import type { Setup } from './with-store.ts'

export type ParseUser = Awaited<ReturnType<typeof createUserParser>>

export async function createUserParser({ config, product }: Setup, source: Source) {
  const { scopes: declared, defaultScopes } = scopesIn(product)
  const rules = await accountRules(declared)

  function faultsOf({ username, passwordHash, scopes, externalId, ...account }: ImportedAccount) {
    const profile = Object.fromEntries(profileFields.map(({ key }) => [key, account[key]]))
    return [
      ...rules.profileFaults({ ...profile, ...(username !== undefined && { username }) }),
      passwordHash === undefined ? undefined : hashFault(passwordHash, config),
      rules.scopeFault(scopes ?? []) && `unknown scope: use ${declared.join(' ')}`,
      externalId === undefined ? undefined : rules.externalIdFault(externalId),
    ].filter((fault) => fault !== undefined)
  }

  /** Without a user if the record has faults, or is no account. */
  return (record: JsonObject): { user?: UserRow; faults: readonly string[] } => {
    const now = Date.now()
    const fields = fieldsOf(record, now)
    const inner = (part: JsonObject) => {
      const read = fieldsOf(part, now)
      return { ...read, faults: fields.faults }
    }
    const read = source.read(fields, record, inner)
    if (!read) return { faults: [] }
    const isCut = source.cutsPasswords && read.passwordHash !== undefined
    const account = isCut ? { ...read, passwordHash: withCut(read.passwordHash) } : read
    const faults = [...fields.faults, ...faultsOf(account)]
    const { username, passwordHash = noPassword } = account
    if (username === undefined && !faults.some((fault) => /^(username|email)/.test(fault)))
      faults.push('username is missing')
    if (faults.length > 0 || username === undefined) return { faults }
    const { scopes = defaultScopes } = account
    const user = newUser({ ...account, username, passwordHash, scopes }, now)
    return { user, faults }
  }
}
