/** Mails that an account asks for, to prove that an address is its own: three of a kind an hour. */
import type { MailedProof } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import { mac } from '../keys/secrets.ts'
import { addressProof, mailedProofOf } from '../mail/address-proofs.ts'
import { InvalidToken } from '../oauth/bearer-errors.ts'
import { aboutCaller, type Caller } from '../oauth/caller.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import type { StoredCaller } from '../store/callers.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from '../throttling/budget-exhausted.ts'

export interface EmailRequestOptions {
  readonly store: Pick<Store, 'users' | 'attempts'>
  readonly audit: Audit
  /** The MAC key for the identifiers of accounts. */
  readonly attemptsKey: Uint8Array
  readonly resourceMetadata: string
  readonly now: () => UnixMs
  readonly metrics: Metrics | undefined
}

type MailCaller = Pick<Caller, 'user' | 'clientId' | 'sessionId' | 'accessCheck'>

type RequestedKind = 'email_confirmation' | 'email_change'

const maxPerHour = 3
const hourMs = 3_600_000

/**
 * Queues the mail. `addressOf` gets the account and the caller, read in the transaction; what it throws is thrown. Throws a
 * `BudgetExhausted`.
 */
export async function requestAddressMail(
  options: EmailRequestOptions,
  kind: RequestedKind,
  { caller, context }: { readonly caller: MailCaller; readonly context: RequestContext },
  addressOf: (user: UserRow, stored: StoredCaller | undefined) => string,
): Promise<MailedProof> {
  const { store, now, resourceMetadata } = options
  const { userId } = caller.user
  await takeFromAccount(options, kind, caller, context)
  const mailed = await store.users.mail(
    userId,
    now(),
    (user, stored) => addressProof(kind, userId, addressOf(user, stored), now()),
    caller.accessCheck.token,
  )
  if (!mailed) throw new InvalidToken(resourceMetadata, 'account deleted during the request')
  return mailedProofOf(mailed)
}

async function takeFromAccount(
  { store: { attempts }, audit, attemptsKey, now, metrics }: EmailRequestOptions,
  kind: RequestedKind,
  caller: MailCaller,
  context: RequestContext,
): Promise<void> {
  const key = mac(attemptsKey, 'requests for mails', caller.user.userId, kind)
  const full = await attempts.take({ key, limit: maxPerHour }, now(), now() + hourMs)
  if (!full) return
  const options = { attempts, audit, windowMs: hourMs, now, metrics }
  const about = { ...aboutCaller(caller, context), detail: kind }
  const message = 'Too many requests for mails'
  throw await recordExhausted(options, full, { kind: 'mail_throttled', about, message })
}
