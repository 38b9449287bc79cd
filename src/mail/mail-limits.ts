/**
 * Limits the mails to one account and to one address, and the requests for mails, from whatever network they come. A mail beyond a limit is
 * dropped; what becomes of a request, its operation decides.
 */
import type { About } from '../audit/audit.ts'
import { mac } from '../keys/secrets.ts'
import type { Budget } from '../store/attempts.ts'
import { emailKey } from '../store/user-row.ts'
import { type BudgetExhausted, recordExhausted } from '../throttling/budget-exhausted.ts'
import type { MailDraft } from './compose.ts'
import type { MailServices } from './mail-services.ts'
import type { MailKind } from './texts/mail-texts.ts'

const windowMs = 3_600_000
/** To one account: also of what no request of its own causes, such as a reset, a registration or a notice. */
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
  services: MailServices,
  { kind, userId, to }: Pick<MailDraft, 'kind' | 'userId' | 'to'>,
): Promise<boolean> {
  if (unlimited.includes(kind)) return true
  const { attemptsKey, log } = services
  const toAddress = mac(attemptsKey, 'mails to address', emailKey(to) ?? to)
  const budgets = [
    { key: mac(attemptsKey, 'mails of kind', userId, kind), limit: maxOfKind },
    ...(toClaimedAddress.includes(kind) ? [{ key: toAddress, limit: maxToAddress }] : []),
  ]
  for (const budget of budgets) {
    if (!(await takeInHour(services, budget, { userId, detail: kind }))) continue
    log.warn({ mail: kind, userId }, 'a mail is dropped: too many in an hour')
    return false
  }
  return true
}

/** Counts a mail, or a request for one. Returns the refusal if there were too many in an hour, the first of which is an event. */
export async function takeInHour(
  { store: { attempts }, audit, now, metrics }: MailServices,
  budget: Budget,
  about: About,
): Promise<BudgetExhausted | undefined> {
  const full = await attempts.take(budget, now(), now() + windowMs)
  if (!full) return undefined
  const message = 'Too many requests for mails'
  const refusal = { kind: 'mail_throttled', about, message } as const
  return await recordExhausted({ attempts, audit, windowMs, now, metrics }, full, refusal)
}
