/** Limits the changes of a caller, for every operation that requires a token. */
import type { SecurityCheck } from '#contract'
import type { AccountWrites } from '../throttling/account-writes.ts'
import type { Caller } from './caller.ts'

/** A DELETE is not limited: nothing grows, and a stolen token cannot keep its owner from ending sessions. */
const unlimited: ReadonlySet<string | undefined> = new Set(['GET', 'DELETE'])

/** Throws a `BudgetExhausted` after the check, before the body is read. */
export function limitChanges(
  { accountWrites }: { readonly accountWrites: AccountWrites },
  check: SecurityCheck<Caller>,
): SecurityCheck<Caller> {
  return async (req, scopes, refuse) => {
    const caller = await check(req, scopes, refuse)
    if (!unlimited.has(req.method)) accountWrites.take('change', caller.user.userId)
    return caller
  }
}
