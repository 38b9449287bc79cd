/** Mails that an account asks for, to prove that an address is its own: three of a kind an hour. */
import type { MailedProof } from '../../generated/api.ts'
import { mac } from '../keys/secrets.ts'
import { addressProof, mailedProofOf } from '../mail/address-proofs.ts'
import { takeInHour } from '../mail/mail-limits.ts'
import { InvalidToken } from '../oauth/bearer-errors.ts'
import { aboutCaller, type Caller } from '../oauth/caller.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import type { StoredCaller } from '../store/callers.ts'
import type { UserRow } from '../store/user-row.ts'
import type { AccountServices } from './account-services.ts'

type MailCaller = Pick<Caller, 'user' | 'clientId' | 'sessionId' | 'accessCheck'>

/** The sender has the same limit (`mail-limits.ts`), but drops mails: only a request can be refused, so that the caller learns of it. */
const maxPerHour = 3

/**
 * Queues the mail. `addressOf` gets the account and the caller, read in the transaction; what it throws is thrown. Throws a
 * `BudgetExhausted`.
 */
export async function requestAddressMail(
  services: AccountServices,
  kind: 'email_confirmation' | 'email_change',
  { caller, context }: { readonly caller: MailCaller; readonly context: RequestContext },
  addressOf: (user: UserRow, stored: StoredCaller | undefined) => string,
): Promise<MailedProof> {
  const { store, attemptsKey, now, resourceMetadata } = services
  const { userId } = caller.user
  const budget = { key: mac(attemptsKey, 'requests for mails', userId, kind), limit: maxPerHour }
  const about = { ...aboutCaller(caller, context), detail: kind }
  const refusal = await takeInHour(services, budget, about)
  if (refusal) throw refusal
  const mailed = await store.users.addProof(
    userId,
    now(),
    (user, stored) => addressProof(kind, userId, addressOf(user, stored), now()),
    caller.accessCheck.token,
  )
  if (!mailed) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
  return mailedProofOf(mailed)
}
