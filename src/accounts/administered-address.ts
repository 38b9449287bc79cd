/**
 * Who reads the mails of an account can reset its password: an administrator sets the address of an account only if that gives them
 * nothing that they do not hold.
 */
import { AuditedError } from '../audit/audited-error.ts'
import { type Account, administratorScope } from '../store/user-row.ts'
import { requireHeld } from './grantable-scopes.ts'

export class AdministratorAccount extends AuditedError<403, 'administrator_account'> {
  constructor() {
    const message =
      'The address of an administrator is changed by its owner, or on the command line'
    const event = { kind: 'access_denied', detail: 'administrator account' } as const
    super([403, 'administrator_account', message], event)
  }
}

/**
 * `account` is as it was before the change. Scopes that the contract no longer declares are held by nobody, and give nothing. Throws
 * an `AdministratorAccount` or a `ScopeNotHeld`.
 */
export function requireSettableAddress(
  { scopes }: Pick<Account, 'scopes'>,
  grantable: readonly string[],
  declared: readonly string[],
): void {
  if (scopes.includes(administratorScope)) throw new AdministratorAccount()
  const held = scopes.filter((scope) => declared.includes(scope))
  requireHeld(held, grantable, 'set the address of an account with')
}
