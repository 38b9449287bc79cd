/** The message of the outbox for a mail. */
import { eventIds } from './event-ids.ts'
import type { Mail } from './mails.ts'
import type { OutboxTable, UnixMs } from './schema.ts'

/** Someone waits for a reset, for half an hour: it goes before what was queued in the day before it. */
const headStartMs = 86_400_000

const newMessageId = eventIds()

export function mailMessage(mail: Mail, now: UnixMs): OutboxTable {
  return {
    message_id: newMessageId(now),
    topic: 'mail',
    body: JSON.stringify(mail),
    attempts: 0,
    due_at: firstDueAt(mail, now),
    created_at: now,
  }
}

/** When a mail is due that was not sent in vain. */
export function firstDueAt({ kind }: Mail, createdAt: UnixMs): UnixMs {
  return kind === 'reset_request' ? createdAt - headStartMs : createdAt
}
