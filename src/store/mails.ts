/** Mails that are to be sent, as messages of the outbox. None contains a proof: the sender derives it. */
import type { Kysely } from 'kysely'
import type { AuditEventRow } from './audit-events.ts'
import { eventIds } from './event-ids.ts'
import { type Outbox, outboxTable } from './outbox.ts'
import type { Purge } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'

export type Mail =
  /** Mails the proof of this row of `proofs`. */
  | { readonly kind: 'proof'; readonly proofId: string }
  /** Mails a proof with this id to the account of the name, if there is one. */
  | {
      readonly kind: 'reset_request'
      readonly proofId: string
      readonly name: string
      readonly requestedAt: UnixMs
    }
  /** Tells the account about the event, if it is worth a mail. */
  | { readonly kind: 'notice'; readonly event: AuditEventRow }

export interface Mails extends Outbox<Mail> {
  /** Queues a mail that has no other cause in the database. */
  add(mail: Mail, now: UnixMs): Promise<void>
}

export function mailsTable(db: Kysely<Schema>, purge: Purge): Mails {
  return {
    ...outboxTable<Mail>(db, purge, 'mail', JSON.parse),
    add: (mail, now) => addMails(db, [mail], now),
  }
}

const newMessageId = eventIds()

/** In the transaction of the cause. */

export async function addMails(
  tx: Kysely<Schema>,
  mails: readonly Mail[],
  now: UnixMs,
): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map((mail) => ({
    message_id: newMessageId(now),
    topic: 'mail' as const,
    body: JSON.stringify(mail),
    attempts: 0,
    due_at: now,
    created_at: now,
  }))
  await tx.insertInto('outbox').values(rows).execute()
}
