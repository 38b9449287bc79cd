/**
 * Messages that are written in the transaction of their cause, and delivered by any server: at least once, in no certain order.
 *
 * A server takes a message for the time of a lease. If it ends before it has confirmed the delivery, another server takes the message
 * when the lease has expired.
 */
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { AuditEventRow } from './audit-events.ts'
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

export interface OutboxState {
  /** When the oldest message was written; undefined if there is none. */
  readonly oldestAt: UnixMs | undefined
  readonly isDue: boolean
}

/** `new`: only those that no server has taken before. */
export type Wanted = 'due' | 'new'

/** The messages of one topic. */
export interface Outbox<Content> {
  /** Reads only. */
  state(now: UnixMs): Promise<OutboxState>
  /** Takes up to `limit` messages that are due, first those that are due for the longest time. No other server takes them before `leaseUntil`. */
  take(now: UnixMs, leaseUntil: UnixMs, limit: number, wanted?: Wanted): Promise<Message<Content>[]>
  /** Deletes a message that was delivered. */
  remove(messageId: string): Promise<void>
  /** Makes a message due at a later time. */
  retry(messageId: string, dueAt: UnixMs): Promise<void>
  /** Deletes all older messages, and returns their number. */
  drop(before: UnixMs): Promise<number>
}

export function outboxTable<Content>(
  db: Kysely<Schema>,
  purge: Purge,
  topic: OutboxTable['topic'],
  contentIn: (body: string) => Content,
): Outbox<Content> {
  const messages = db.selectFrom('outbox').where('topic', '=', topic)
  return {
    async state(now) {
      const row = await db
        .selectNoFrom([
          // The ids sort by time.
          messages.select('created_at').orderBy('message_id').limit(1).as('oldest'),
          messages.select('due_at').orderBy('due_at').limit(1).as('due'),
        ])
        .executeTakeFirstOrThrow()
      return { oldestAt: row.oldest ?? undefined, isDue: row.due !== null && row.due <= now }
    },

    async take(now, leaseUntil, limit, wanted = 'due') {
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
        content: contentIn(body),
        attempts,
        createdAt: created_at,
      }))
    },

    async remove(messageId) {
      await db.deleteFrom('outbox').where('message_id', '=', messageId).execute()
    },

    async retry(messageId, dueAt) {
      await db
        .updateTable('outbox')
        .set({ due_at: dueAt })
        .where('message_id', '=', messageId)
        .execute()
    },

    async drop(before) {
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

/** JSON has no undefined: the columns that were empty. */
export function eventIn(body: string): AuditEventRow {
  const empty = {
    userId: undefined,
    actorId: undefined,
    clientId: undefined,
    sessionId: undefined,
    address: undefined,
    userAgent: undefined,
    detail: undefined,
  }
  return { ...empty, ...JSON.parse(body) }
}
