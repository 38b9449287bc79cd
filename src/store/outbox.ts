/**
 * Messages that are written in the transaction of their cause, and delivered by any server: at least once, in no certain order.
 *
 * A server takes a message for the time of a lease. If it ends before it has confirmed the delivery, another server takes the message
 * when the lease has expired.
 */
import { type Kysely, type SqlBool, sql } from 'kysely'
import { firstIdAt } from './event-ids.ts'
import type { Purge } from './purge.ts'
import type { OutboxTable, Schema, UnixMs } from './schema.ts'

export interface Message<Content> {
  readonly messageId: string
  readonly content: Content
  /** How often a server has taken it. */
  readonly attempts: number
  readonly createdAt: UnixMs
}

export type Outbox<Content> = ReturnType<typeof outboxTable<Content>>

/** The messages of one topic. */
export function outboxTable<Content>(
  db: Kysely<Schema>,
  purge: Purge,
  topic: OutboxTable['topic'],
) {
  const messages = db.selectFrom('outbox').where('topic', '=', topic)
  return {
    /** When the oldest message was written, if there is one, and whether one is due. Reads only. */
    async state(now: UnixMs) {
      const row = await db
        .selectNoFrom([
          // The ids sort by time.
          messages.select('created_at').orderBy('message_id').limit(1).as('oldest'),
          messages.select('due_at').orderBy('due_at').limit(1).as('due'),
        ])
        .executeTakeFirstOrThrow()
      return { oldestAt: row.oldest ?? undefined, isDue: row.due !== null && row.due <= now }
    },

    /**
     * Takes up to `limit` messages that are due, first those that are due for the longest time; if `new`, only those that no server
     * has taken before. No other server takes them before `leaseUntil`.
     */
    async take(
      now: UnixMs,
      leaseUntil: UnixMs,
      limit: number,
      wanted: 'due' | 'new' = 'due',
    ): Promise<Message<Content>[]> {
      const rows = await db
        // Materialized: PostgreSQL might otherwise read the batch several times, with other rows each time.
        .with(
          (name) => name('batch').materialized(),
          (batch) =>
            batch
              .selectFrom('outbox')
              .select('message_id')
              .where('topic', '=', topic)
              .where('due_at', '<=', now)
              .$if(wanted === 'new', (query) => query.where('attempts', '=', 0))
              .orderBy('due_at')
              .limit(limit)
              .forUpdate()
              .skipLocked(),
        )
        .updateTable('outbox')
        .set((e) => ({ attempts: e('attempts', '+', 1), due_at: leaseUntil }))
        .where('message_id', 'in', (e) => e.selectFrom('batch').select('batch.message_id'))
        .returning(['message_id', 'body', 'attempts', 'created_at'])
        .execute()
      return rows.map(({ message_id, body, attempts, created_at }) => ({
        messageId: message_id,
        content: JSON.parse(body),
        attempts,
        createdAt: created_at,
      }))
    },

    async remove(messageId: string): Promise<void> {
      await db.deleteFrom('outbox').where('message_id', '=', messageId).execute()
    },

    /** Makes a message due at a later time. */
    async retry(messageId: string, dueAt: UnixMs): Promise<void> {
      await db
        .updateTable('outbox')
        .set({ due_at: dueAt })
        .where('message_id', '=', messageId)
        .execute()
    },

    /** Deletes all older messages, and returns their number. */
    async drop(before: UnixMs): Promise<number> {
      const isOld = sql<SqlBool>`topic = ${topic} and message_id < ${firstIdAt(before)}`
      const { count } = await messages
        .select((e) => e.fn.countAll<number>().as('count'))
        .where(isOld)
        .executeTakeFirstOrThrow()
      if (count > 0) await purge({ table: 'outbox', key: ['message_id'], isExpired: isOld })
      return count
    },
  }
}
