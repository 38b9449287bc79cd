/** The message of the outbox for a mail. */
import { eventIds } from './event-ids.ts'
import type { Mail } from './mails.ts'
import type { OutboxTable, UnixMs } from './schema.ts'

const newMessageId = eventIds()

export function mailMessage(mail: Mail, now: UnixMs): OutboxTable {
  return {
    message_id: newMessageId(now),
    topic: 'mail',
    body: JSON.stringify(mail),
    attempts: 0,
    due_at: now,
    created_at: now,
  }
}
