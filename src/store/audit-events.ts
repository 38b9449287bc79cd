/** The audit trail: events are added, read and purged, never changed. */
import {
  type Kysely,
  type RawBuilder,
  type Selectable,
  type SqlBool,
  sql,
  type UpdateResult,
} from 'kysely'
import type { AuditEvent } from '../../generated/api.ts'
import { firstIdAt } from './event-ids.ts'
import { messagesOf } from './event-messages.ts'
import type { Purge } from './purge.ts'
import type { AuditEventsTable, Schema, UnixMs } from './schema.ts'
import { inTransaction } from './transaction.ts'

export interface AuditEventRow {
  /** Sorts by time (`event-ids.ts`). */
  readonly eventId: string
  readonly kind: AuditEvent['kind']
  readonly origin: AuditEvent['origin']
  /** The account that the event concerns. */
  readonly userId: string | undefined
  /** The account that caused the event, if known. */
  readonly actorId: string | undefined
  readonly clientId: string | undefined
  readonly sessionId: string | undefined
  readonly address: string | undefined
  /** The `User-Agent` header, where it helps to tell two holders of one token apart. */
  readonly userAgent: string | undefined
  /** Text for administrators. Never user input. */
  readonly detail: string | undefined
  /** The number of like events that the row stands for. */
  readonly count: number
  readonly createdAt: UnixMs
}

export interface AuditFilter {
  /** Events that concern this account or were caused by it. */
  readonly userId?: string | undefined
  readonly kind?: AuditEvent['kind'] | undefined
  /** Inclusive. */
  readonly since?: UnixMs | undefined
  /** Exclusive. */
  readonly until?: UnixMs | undefined
  /** The id of an event: only older events. */
  readonly before?: string | undefined
  readonly limit: number
}

export type AuditEvents = ReturnType<typeof auditEventsTable>

/** Rows of one statement. SQLite accepts 32,766 values in one, PostgreSQL 65,535. */
const maxRows = 1000

/** Adds events in the transaction of the change that they record, and the messages about them. */
export async function addEvents(tx: Kysely<Schema>, ...events: readonly AuditEventRow[]) {
  for (let at = 0; at < events.length; at += maxRows) {
    const batch = events.slice(at, at + maxRows)
    await insertOf(tx, batch).execute()
    await addMessages(tx, batch)
  }
}

/** As `addEvents`. Returns the value of the expression at the moment of the insert. */
export async function addEventReturning<Value>(
  tx: Kysely<Schema>,
  event: AuditEventRow,
  expression: RawBuilder<Value>,
) {
  const insert = insertOf(tx, [event]).returning(expression.as('value'))
  const { value } = await insert.executeTakeFirstOrThrow()
  await addMessages(tx, [event])
  return value
}

function insertOf(tx: Kysely<Schema>, events: readonly AuditEventRow[]) {
  return tx.insertInto('audit_events').values(events.map(eventRowOf))
}

async function addMessages(tx: Kysely<Schema>, events: readonly AuditEventRow[]): Promise<void> {
  const messages = messagesOf(tx, events)
  if (messages.length > 0) await tx.insertInto('outbox').values(messages).execute()
}

/** Adds the event if the update changes a row, and returns whether it does. */
export async function updateWithEvent(
  tx: Kysely<Schema>,
  update: { executeTakeFirst(): Promise<UpdateResult> },
  event?: AuditEventRow,
): Promise<boolean> {
  const { numUpdatedRows } = await update.executeTakeFirst()
  if (numUpdatedRows === 0n) return false
  if (event) await addEvents(tx, event)
  return true
}

export function auditEventsTable(db: Kysely<Schema>, purge: Purge) {
  return {
    /** Adds events that record no change of a row: all or none, because callers repeat what failed. */
    append: (...events: readonly AuditEventRow[]): Promise<void> =>
      inTransaction(db, (tx) => addEvents(tx, ...events)),

    /** Newest first. */
    async list({ userId, ...filter }: AuditFilter): Promise<AuditEventRow[]> {
      if (userId === undefined) return await page(filter)
      // Two reads, each along an index: an OR would read and sort the whole table.
      const halves = await Promise.all([
        page(filter, { column: 'user_id', userId }),
        page(filter, { column: 'actor_id', userId }),
      ])
      return halves
        .flat()
        .sort((a, b) => (a.eventId < b.eventId ? 1 : -1))
        .slice(0, filter.limit)
    },

    async purge(before: UnixMs): Promise<void> {
      const isExpired = sql<SqlBool>`event_id < ${firstIdAt(before)}`
      await purge({ table: 'audit_events', key: ['event_id'], isExpired })
    },
  }

  async function page(
    { kind, since, until, before, limit }: AuditFilter,
    of?: { column: 'user_id' | 'actor_id'; userId: string },
  ): Promise<AuditEventRow[]> {
    let query = db.selectFrom('audit_events').selectAll()
    if (of) query = query.where(of.column, '=', of.userId)
    if (kind !== undefined) query = query.where('kind', '=', kind)
    // One bound: with two, SQLite may prefer the index of the kind and read every event of it.
    const [end] = [until === undefined ? [] : firstIdAt(until), before ?? []].flat().sort()
    if (end !== undefined) query = query.where('event_id', '<', end)
    const rows = await query.orderBy('event_id', 'desc').limit(limit).execute()
    // `since` is applied here: with both bounds in the query, SQLite expects few rows and reads every event of the kind instead.
    const older = rows.findIndex((row) => since !== undefined && row.event_id < firstIdAt(since))
    return (older < 0 ? rows : rows.slice(0, older)).map(eventOf)
  }
}

function eventOf(row: Selectable<AuditEventsTable>): AuditEventRow {
  return {
    eventId: row.event_id,
    kind: row.kind,
    origin: row.origin,
    userId: row.user_id ?? undefined,
    actorId: row.actor_id ?? undefined,
    clientId: row.client_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    address: row.address ?? undefined,
    userAgent: row.user_agent ?? undefined,
    detail: row.detail ?? undefined,
    count: row.count,
    createdAt: row.created_at,
  }
}

export function eventRowOf(event: AuditEventRow): AuditEventsTable {
  return {
    event_id: event.eventId,
    kind: event.kind,
    origin: event.origin,
    user_id: event.userId ?? null,
    actor_id: event.actorId ?? null,
    client_id: event.clientId ?? null,
    session_id: event.sessionId ?? null,
    address: event.address ?? null,
    user_agent: event.userAgent ?? null,
    detail: event.detail ?? null,
    count: event.count,
    created_at: event.createdAt,
  }
}
