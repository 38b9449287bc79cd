/** Mails that are to be sent, as messages of the outbox. None contains a proof: the sender derives it. */
import type { Kysely } from 'kysely'
import { type AuditEventRow, addEvents } from './audit-events.ts'
import { mailMessage } from './mail-message.ts'
import { outboxTable } from './outbox.ts'
import { addProofs, type ProofRow } from './proofs.ts'
import type { Purge } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'
import { inTransaction } from './transaction.ts'

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
  | {
      readonly kind: 'notice'
      readonly event: AuditEventRow
      /** The address that the account had before the event. */
      readonly to?: string
    }

export function mailsTable(db: Kysely<Schema>, purge: Purge) {
  return {
    ...outboxTable<Mail>(db, purge, 'mail'),

    /** Queues a mail that has no other cause in the database. */
    add: (mail: Mail, now: UnixMs) => addMails(db, [mail], now),

    /**
     * Adds the proof that a mail asks for, and the event; when the mail is sent again, it is the mail of this proof. False, and adds
     * nothing, if the account is disabled or gone, or no longer has the verified address of the proof.
     */
    becomeProof: (messageId: string, proof: ProofRow, event: AuditEventRow): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        if (!(await hasVerified(tx, proof))) return false
        await addProofs(tx, [proof])
        const mail: Mail = { kind: 'proof', proofId: proof.proofId }
        await tx
          .updateTable('outbox')
          .set({ body: JSON.stringify(mail) })
          .where('message_id', '=', messageId)
          .execute()
        await addEvents(tx, event)
        return true
      }),

    /** Deletes a mail that is not sent, and adds the event that says so. */
    giveUp: (messageId: string, event: AuditEventRow): Promise<void> =>
      inTransaction(db, async (tx) => {
        await tx.deleteFrom('outbox').where('message_id', '=', messageId).execute()
        await addEvents(tx, event)
      }),

    /** The number of mails in the queue, up to a maximum. */
    async count(max: number): Promise<number> {
      const some = db
        .selectFrom('outbox')
        .select('message_id')
        .where('topic', '=', 'mail')
        .limit(max)
        .as('some')
      const { count } = await db
        .selectFrom(some)
        .select((e) => e.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return count
    },
  }
}

/** Locks the account until the transaction ends: what changes it afterwards ends the proof. */
async function hasVerified(tx: Kysely<Schema>, { userId, email }: ProofRow): Promise<boolean> {
  const account = await tx
    .selectFrom('users')
    .select('user_id')
    .where('user_id', '=', userId)
    .where('disabled', '=', 0)
    .where('email_verified', '=', 1)
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirst()
  return account !== undefined
}

/** In the transaction of the cause. */
export async function addMails(
  tx: Kysely<Schema>,
  mails: readonly Mail[],
  now: UnixMs,
): Promise<void> {
  if (mails.length === 0) return
  const rows = mails.map((mail) => mailMessage(mail, now))
  await tx.insertInto('outbox').values(rows).execute()
}
