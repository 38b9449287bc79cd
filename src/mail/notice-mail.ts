/** The mails that tell an account what has happened to it: to its verified address only, or to the one that it had until now. */
import { setByInvitationDetail } from '../audit/event-details.ts'
import type { AuditEventRow } from '../store/audit-events.ts'
import type { Store } from '../store/store.ts'
import { siteOf } from '../throttling/network.ts'
import type { MailDraft } from './compose.ts'
import type { MakeDraft } from './draft.ts'
import { takeMail } from './mail-limits.ts'
import { agentKey, agentName } from './user-agent.ts'

/** How many logins before are read. */
const maxEarlier = 100

export const noticeMail: MakeDraft<'notice'> = async (services, { event, to }, { isFirst }) => {
  const { store } = services
  const user = event.userId === undefined ? undefined : await store.users.byId(event.userId)
  if (!user) return undefined
  // The store gives a notice an address only if the account has lost it (`addressNotices`).
  const address = to ?? (user.emailVerified ? user.email : undefined)
  const kind: Notice | undefined = to === undefined ? noticeOf(event) : 'email_changed'
  if (address === undefined || kind === undefined) return undefined
  if (kind === 'new_sign_in' && !(await isNewSignIn(store, event, user.userId))) return undefined
  const { userId, username, locale } = user
  const mail = { userId, to: address, locale }
  const values = { username, at: event.createdAt }
  const draft: MailDraft =
    kind === 'new_sign_in'
      ? { ...mail, kind, values: { ...values, ...originOf(event) } }
      : { ...mail, kind, values }
  return !isFirst || (await takeMail(services, draft)) ? draft : undefined
}

type Notice = 'new_sign_in' | 'password_changed' | 'email_changed' | 'session_stolen'

function noticeOf({ kind, detail }: AuditEventRow): Notice | undefined {
  if (kind === 'login') return 'new_sign_in'
  if (kind === 'refresh_reused') return 'session_stolen'
  // Its owner has just read a mail about it.
  const isInvited = detail === setByInvitationDetail
  return kind === 'password_changed' && !isInvited ? 'password_changed' : undefined
}

function originOf({ address, userAgent }: AuditEventRow) {
  // Without the zone of an IPv6 address, which may be any text.
  return { address: address?.replace(/%.*/s, ''), agent: agentName(userAgent) }
}

/**
 * Whether neither the site nor the program is that of one of the latest logins before. The first login of an account is not new: there
 * is nothing to compare it with.
 */
async function isNewSignIn(
  { auditEvents }: Pick<Store, 'auditEvents'>,
  { eventId: before, address = '', userAgent }: AuditEventRow,
  userId: string,
): Promise<boolean> {
  const filter = { userId, kind: 'login', before, limit: maxEarlier } as const
  // The list has events of which the account is the actor, too.
  const earlier = (await auditEvents.list(filter)).filter((each) => each.userId === userId)
  const [site, agent] = [siteOf(address), agentKey(userAgent)]
  const isKnown = earlier.some(
    (each) => siteOf(each.address ?? '') === site || agentKey(each.userAgent) === agent,
  )
  return earlier.length > 0 && !isKnown
}
