/** The sessions with their refresh tokens. A token names its session: ending the session revokes the token. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import {
  type AuditEventRow,
  addEventReturning,
  addEvents,
  updateWithEvent,
} from './audit-events.ts'
import { callerOf, callerQuery, type StoredCaller, type TokenIds } from './callers.ts'
import { type ClientRow, isUnchanged } from './clients.ts'
import { type Prepare, prepared, prepareWith } from './prepared.ts'
import type { Purge } from './purge.ts'
import type { Schema, UnixMs } from './schema.ts'
import { rowOf, type SessionRow, sessionColumns, sessionOf } from './session-row.ts'
import { keysVersion } from './signing-keys.ts'
import { type InTurn, transactionsInTurn } from './turns.ts'
import { type UserRow, userOf } from './user-row.ts'

export interface Rotation {
  readonly familyHash: string
  readonly presentedHash: string
  readonly successorHash: string
  /** Of the client. */
  readonly network: string
  readonly now: UnixMs
  readonly idleExpiresAt: UnixMs
}

/** A new session, and the event that records its beginning. */
export interface AddedSession {
  readonly session: SessionRow
  /** As verified. Absent for the first-party client, which has no row. */
  readonly client: ClientRow | undefined
  readonly event: AuditEventRow
  /** The oldest live sessions of the account beyond this number end. */
  readonly maxSessions: number
}

/** The changed session, and the event that records the change. */
export interface SessionChange {
  readonly session: SessionRow
  readonly event: AuditEventRow
}

/** What must not have changed since the password was verified. */
type VerifiedUser = Pick<UserRow, 'passwordHash' | 'version'>

export type SessionIds = Pick<SessionRow, 'sessionId' | 'userId'>

export function sessionsTable(db: Kysely<Schema>, prepare: Prepare, purge: Purge, inTurn: InTurn) {
  const transactionOf = transactionsInTurn(db, inTurn)
  const callers = prepared(prepare, (userId: string, sessionId: string, tokenId: string) =>
    callerQuery(db, { userId, sessionId, tokenId }),
  )
  const families = prepared(prepare, (familyHash: string) =>
    db.selectFrom('sessions').selectAll().where('family_hash', '=', familyHash),
  )
  const users = prepared(prepare, (userId: string) =>
    db.selectFrom('users').selectAll().where('user_id', '=', userId),
  )
  const rotations = prepared(
    prepareWith(db),
    (
      family: string,
      presented: string,
      successor: string,
      network: string,
      now: number,
      idleExpiresAt: number,
    ) =>
      db
        .updateTable('sessions')
        .set({
          refresh_hash: successor,
          previous_hash: presented,
          successor_number: sql.lit(0),
          rotated_from: network,
          rotated_at: now,
          last_used_at: now,
          idle_expires_at: idleExpiresAt,
        })
        .where('family_hash', '=', family)
        .where('refresh_hash', '=', presented)
        .where('ended_at', 'is', null)
        .returning('session_id'),
  )

  return {
    /** See `addSession`. */
    add: (added: AddedSession, user: VerifiedUser): Promise<string | undefined> =>
      transactionOf(added.session.userId, (tx) => addSession(tx, added, user)),

    /** One indexed read. */
    async caller(
      { userId, sessionId, tokenId }: TokenIds,
      now: UnixMs,
    ): Promise<StoredCaller | undefined> {
      const [row] = await callers(userId, sessionId, tokenId)
      return row && callerOf(row, now)
    },

    async byFamily(familyHash: string) {
      const [row] = await families(familyHash)
      const [user] = row ? await users(row.user_id) : []
      return row && user && { session: sessionOf(row), user: userOf(user) }
    },

    /** One atomic statement: of concurrent rotations of a token, one returns true. */
    async rotate(rotation: Rotation): Promise<boolean> {
      const { familyHash, presentedHash, successorHash, network, now, idleExpiresAt } = rotation
      const rotated = await inTurn(familyHash, async () =>
        rotations(familyHash, presentedHash, successorHash, network, now, idleExpiresAt),
      )
      return rotated.length === 1
    },

    /**
     * Writes what `edit` returns, and returns it. `edit` gets the session, read in the transaction of the change; if it throws,
     * nothing is written. Returns undefined if there is no session of the family.
     */
    changeFamily: <Change extends SessionChange>(
      familyHash: string,
      edit: (session: SessionRow) => Change,
    ): Promise<Change | undefined> =>
      transactionOf(familyHash, async (tx) => {
        const row = await tx
          .selectFrom('sessions')
          .selectAll()
          .where('family_hash', '=', familyHash)
          .forUpdate()
          .executeTakeFirst()
        if (!row) return undefined
        const change = edit(sessionOf(row))
        const { session_id, ...changed } = rowOf(change.session)
        await tx.updateTable('sessions').set(changed).where('session_id', '=', session_id).execute()
        await addEvents(tx, change.event)
        return change
      }),

    /** The live sessions of an account, newest first, older than `before`. */
    async page(
      userId: string,
      now: UnixMs,
      before: Pick<SessionRow, 'createdAt' | 'sessionId'> | undefined,
      limit: number,
    ): Promise<SessionRow[]> {
      let query = db.selectFrom('sessions').selectAll().where(isLive(userId, now))
      if (before) {
        const { createdAt, sessionId } = before
        query = query.where(sql<SqlBool>`(created_at, session_id) < (${createdAt}, ${sessionId})`)
      }
      const newestFirst = query.orderBy('created_at', 'desc').orderBy('session_id', 'desc')
      const rows = await newestFirst.limit(limit).execute()
      return rows.map(sessionOf)
    },

    /** False, and adds no event, if the account has no such live session. */
    end: ({ sessionId, userId }: SessionIds, now: UnixMs, event: AuditEventRow): Promise<boolean> =>
      transactionOf(userId, async (tx) => {
        const ended = tx
          .updateTable('sessions')
          .set({ ended_at: now })
          .where('session_id', '=', sessionId)
          .where(isLive(userId, now))
        return await updateWithEvent(tx, ended, event)
      }),

    /** Adds the event if a session ended. */
    endAll: (userId: string, now: UnixMs, event: AuditEventRow): Promise<void> =>
      transactionOf(userId, async (tx) => {
        const ended = await endSessions(tx, userId, now)
        if (ended > 0n) await addEvents(tx, event)
      }),

    /** False, and adds no event, if the token was revoked before. */
    revokeToken: (jti: string, expiresAt: UnixMs, event: AuditEventRow): Promise<boolean> =>
      transactionOf(jti, async (tx) => {
        const revoked = await tx
          .insertInto('revoked_tokens')
          .values({ jti, expires_at: expiresAt })
          .onConflict((conflict) => conflict.column('jti').doNothing())
          .executeTakeFirst()
        if (revoked.numInsertedOrUpdatedRows === 0n) return false
        await addEvents(tx, event)
        return true
      }),

    /** Deletes expired sessions, those that ended or became idle at `endedBy` or before, and revocations of expired tokens. */
    async purge(now: UnixMs, endedBy: UnixMs): Promise<void> {
      const expired = sql<SqlBool>`expires_at <= ${now}`
      const ended = sql<SqlBool>`ended_at <= ${endedBy}`
      const idle = sql<SqlBool>`ended_at is null and idle_expires_at <= ${endedBy}`
      for (const isExpired of [expired, ended, idle])
        await purge({ table: 'sessions', key: ['session_id'], isExpired })
      await purge({ table: 'revoked_tokens', key: ['jti'], isExpired: expired })
    },
  }
}

const isLive = (userId: string, now: UnixMs) =>
  sql<SqlBool>`user_id = ${userId} and ended_at is null and expires_at > ${now} and idle_expires_at > ${now}`

/**
 * Adds a session in the transaction of the change that requires it. Returns the version of the signing keys; undefined, and adds nothing,
 * if the account or the client was changed, disabled or deleted since it was verified. Both stay as they are until the transaction ends.
 */
export async function addSession(
  tx: Kysely<Schema>,
  { session, client, event, maxSessions }: AddedSession,
  { passwordHash, version }: VerifiedUser,
): Promise<string | undefined> {
  const row = rowOf(session)
  const ofUser = tx
    .selectFrom('users')
    .select(sessionColumns.map((column) => sql.val(row[column]).as(column)))
    .where('users.user_id', '=', session.userId)
    .where('users.password_hash', '=', passwordHash)
    .where('users.version', '=', version)
    .where('users.disabled', '=', 0)
    .forUpdate('users')
  const ofBoth =
    client &&
    ofUser
      .innerJoin('clients', (join) => join.on(isUnchanged(client)))
      // A shared lock: concurrent logins of a client do not wait for each other.
      .forShare('clients')
  const added = await tx
    .insertInto('sessions')
    .columns(sessionColumns)
    .expression(ofBoth ?? ofUser)
    .executeTakeFirst()
  if (added.numInsertedOrUpdatedRows === 0n) return undefined
  await endOldest(tx, session, maxSessions)
  // Not with the session: that statement may wait for a lock, and would return the version of before.
  return await addEventReturning(tx, event, keysVersion)
}

/** Of an account that had many more before there was a limit, each new session ends some. */
const maxEnded = 100

async function endOldest(
  tx: Kysely<Schema>,
  { userId, createdAt }: SessionRow,
  maxSessions: number,
): Promise<void> {
  const oldest = tx
    .selectFrom('sessions')
    .select('session_id')
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('session_id', 'desc')
    .limit(maxEnded)
    .offset(maxSessions)
  await tx
    .updateTable('sessions')
    .set({ ended_at: createdAt })
    .where('session_id', 'in', oldest)
    .execute()
}

/** Ends every live session of an account, in the transaction of the change that requires it. Returns their number. */
export async function endSessions(
  tx: Kysely<Schema>,
  userId: string,
  now: UnixMs,
): Promise<bigint> {
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ ended_at: now })
    .where('user_id', '=', userId)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows
}
