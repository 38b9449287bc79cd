/**
 * Sends the queued mails: each at least once, again after a failure, for a day or as long as its proof is valid. A mail that is not sent
 * by then, or that the mail server refuses for good, is an event of the audit trail.
 */
import { composeMail, type MailDraft } from '../mail/compose.ts'
import { draftOf } from '../mail/draft.ts'
import {
  defaultTimeouts,
  MailNotSent,
  maxConcurrent,
  type OutgoingMail,
  openTransport,
} from '../mail/transport.ts'
import type { Services } from '../services.ts'
import { firstDueAt } from '../store/mail-message.ts'
import type { Mail } from '../store/mails.ts'
import type { Message } from '../store/outbox.ts'
import type { UnixMs } from '../store/schema.ts'
import { startDeliveries } from './delivery-loop.ts'

/** Longer than an attempt: no other server sends the same mail meanwhile. */
const leaseMs = defaultTimeouts.sendMs + 60_000
const maxAgeMs = 86_400_000
/** Greylisting servers accept a mail after some minutes. */
const maxRetryMs = 300_000
const maxPauseMs = 60_000
/** The metric counts no further. */
const maxCounted = 10_000

/** 2 s, 4 s, 8 s, … */
const backoff = (failures: number, maxMs: number) => Math.min(1_000 * 2 ** failures, maxMs)

export type OnMail = (mail: OutgoingMail) => void

/** Starts the delivery, if the settings name a mail server or a folder. `onMail` gets what was sent. Returns a function that stops it. */
export function startMailDelivery(services: Services, onMail?: OnMail): () => Promise<void> {
  const { store, config, product, issuer, metrics, now, log, audit } = services
  const transport = openTransport(config)
  if (!transport) return async () => {}
  const { mails } = store
  const { hostname } = new URL(issuer)
  const from = config.mailFrom ?? { name: '', address: `no-reply@${hostname}` }
  const onFault = (name: string, err: unknown) =>
    log.error({ err }, `${name} cannot be used: our text is sent instead`)
  const options = { from, service: from.name || hostname, texts: product.mailTexts, onFault }
  const limit = pausedWhileUnavailable(now)
  let [length, oldestAt]: [number, UnixMs | undefined] = [0, undefined]
  metrics?.watchMails(
    () => length,
    () => (oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt) / 1000),
  )

  /** What is new does not wait for the mails of an outage, and most notices need no mail: also while the mail server is gone, they are judged. */
  async function takeMails(at: UnixMs, leaseUntil: UnixMs, max: number): Promise<Message<Mail>[]> {
    const fresh = await mails.take(at, leaseUntil, max, 'new')
    if (limit.isPaused() || fresh.length === max) return fresh
    return [...fresh, ...(await mails.take(at, leaseUntil, max - fresh.length))]
  }

  async function deliver(message: Message<Mail>): Promise<void> {
    const { messageId, content, attempts, createdAt } = message
    const draft = await draftOf(services, content, { messageId, isFirst: attempts === 1 })
    // The account or the proof is gone, or a limit is reached.
    if (!draft) return await mails.remove(messageId)
    // Not due later: it keeps its place among those that wait.
    if (limit.isPaused()) return await mails.retry(messageId, firstDueAt(content, createdAt))
    const failure = await failureOf(draft, message)
    if (!failure) {
      metrics?.countMail('sent')
      return await mails.remove(messageId)
    }
    const { message: reason, outcome } = failure
    const about = { messageId, mail: draft.kind, attempts, cause: reason }
    const dueAt = now() + backoff(attempts, maxRetryMs)
    if (outcome !== 'refused' && dueAt < endOf(draft, createdAt)) {
      log.warn(about, 'a mail was not sent')
      metrics?.countMail('failed')
      return await mails.retry(messageId, dueAt)
    }
    log.error(about, 'a mail is given up')
    metrics?.countMail('given_up')
    const { userId, kind } = draft
    const detail = `${kind}: ${reason}`
    await mails.giveUp(messageId, audit.event('mail_not_sent', { userId, detail }))
  }

  async function failureOf(
    draft: MailDraft,
    { messageId: id, createdAt: date }: Message<Mail>,
  ): Promise<MailNotSent | undefined> {
    if (now() >= endOf(draft, date)) return new MailNotSent('too late', 'refused')
    try {
      const mail = composeMail(draft, { ...options, id, date })
      await transport?.send(mail)
      limit.note('sent')
      onMail?.(mail)
      return undefined
    } catch (error) {
      if (error instanceof MailNotSent) {
        limit.note(error.outcome)
        return error
      }
      log.error({ err: error, mail: draft.kind }, 'a mail cannot be written')
      return new MailNotSent('its text cannot be made', 'deferred')
    }
  }

  const stop = startDeliveries(services, {
    what: 'mails',
    outbox: mails,
    take: takeMails,
    leaseMs,
    limit: limit.now,
    deliver,
    onState: async (state) => {
      oldestAt = state.oldestAt
      length = metrics && oldestAt !== undefined ? await mails.count(maxCounted) : 0
    },
  })
  return async () => {
    await stop()
    transport.close()
    // What was being sent is due again.
    await stop()
  }
}

/** When it is too late to send the mail. */
function endOf({ values }: MailDraft, createdAt: UnixMs): UnixMs {
  const end = createdAt + maxAgeMs
  return 'expiresAt' in values ? Math.min(end, values.expiresAt) : end
}

/** How many mails may be taken now. None is sent for a time after the mail server was unavailable, then one, and again all once it has replied to one. */
function pausedWhileUnavailable(now: () => UnixMs) {
  let [failures, pausedUntil] = [0, 0]
  // Not after the clock was set back.
  const isPaused = () => now() < pausedUntil && pausedUntil <= now() + maxPauseMs
  return {
    isPaused,
    now: () => (failures > 0 && !isPaused() ? 1 : maxConcurrent),
    note(outcome: 'sent' | MailNotSent['outcome']) {
      if (outcome !== 'unavailable') [failures, pausedUntil] = [0, 0]
      // Mails that were sent at the same time failed for the same reason.
      else if (!isPaused()) {
        failures += 1
        pausedUntil = now() + backoff(failures, maxPauseMs)
      }
    },
  }
}
