/** Limits the mails to one account and to one address, from whatever network they are asked for. A mail beyond a limit is dropped. */
import type { Audit } from '../audit/audit.ts'
import { mac } from '../keys/secrets.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { emailKey } from '../store/user-row.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { recordExhausted } from '../throttling/budget-exhausted.ts'
import type { MailDraft } from './compose.ts'
import type { MailKind } from './texts/mail-texts.ts'

export interface MailLimitOptions {
  readonly store: Pick<Store, 'attempts'>
  readonly audit: Audit
  /** The MAC key for the identifiers of accounts and addresses. */
  readonly attemptsKey: Uint8Array
  readonly now: () => UnixMs
  readonly log: Log
  readonly metrics: Metrics | undefined
}

const windowMs = 3_600_000
const maxOfKind = 3
const maxToAddress = 5

/**
 * The kinds that strangers cause, with accounts of their own, to an address of which they say that it is theirs. No other kind counts for
 * the address: they could use up that limit.
 */
const toClaimedAddress: readonly MailKind[] = ['email_confirmation', 'email_change']

/**
 * The first two tell of an address that the account has lost: no earlier loss may keep the next one from its owner. Administrators
 * invite.
 */
const unlimited: readonly MailKind[] = ['email_restoration', 'email_changed', 'invitation']

/** Counts the mail, and returns whether it may be sent. For its first attempt only. */
export async function takeMail(
  { store: { attempts }, audit, attemptsKey, now, log, metrics }: MailLimitOptions,
  { kind, userId, to }: Pick<MailDraft, 'kind' | 'userId' | 'to'>,
): Promise<boolean> {
  if (unlimited.includes(kind)) return true
  const toAddress = mac(attemptsKey, 'mails to address', emailKey(to) ?? to)
  const budgets = [
    { key: mac(attemptsKey, 'mails of kind', userId, kind), limit: maxOfKind },
    ...(toClaimedAddress.includes(kind) ? [{ key: toAddress, limit: maxToAddress }] : []),
  ]
  for (const budget of budgets) {
    const full = await attempts.take(budget, now(), now() + windowMs)
    if (!full) continue
    log.warn({ mail: kind, userId }, 'a mail is dropped: too many in an hour')
    const about = { userId, detail: kind }
    const refusal = { kind: 'mail_throttled', about, message: 'Too many mails' } as const
    await recordExhausted({ attempts, audit, windowMs, now, metrics }, full, refusal)
    return false
  }
  return true
}
