/** The logins. A token names its session: ending the session ends the token. */
import type { Kysely } from 'kysely'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'
import { type UserRow, userOf } from './users.ts'

export interface SessionRow {
  readonly sessionId: string
  readonly userId: string
  readonly clientId: string
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number
  readonly expiresAt: number
}

export interface Sessions {
  add(session: SessionRow): Promise<void>
  /** The user, and whether this session of his is live. One indexed read. */
  caller(
    userId: string,
    sessionId: string,
    now: number,
  ): Promise<{ user: UserRow; live: boolean } | undefined>
  /** Forgets those that have expired. How many they were. */
  purge(now: number): Promise<number>
}

export function sessionsTable(db: Kysely<Schema>): Sessions {
  const callers = prepared(db, (userId: string, sessionId: string) =>
    db
      .selectFrom('users')
      .leftJoin('sessions', (join) =>
        join
          .onRef('sessions.user_id', '=', 'users.user_id')
          .on('sessions.session_id', '=', sessionId),
      )
      .selectAll('users')
      .select('sessions.expires_at as session_expires_at')
      .where('users.user_id', '=', userId),
  )

  return {
    async add(session) {
      await db
        .insertInto('sessions')
        .values({
          session_id: session.sessionId,
          user_id: session.userId,
          client_id: session.clientId,
          created_at: session.createdAt,
          expires_at: session.expiresAt,
        })
        .execute()
    },

    async caller(userId, sessionId, now) {
      const [row] = await callers(userId, sessionId)
      return row && { user: userOf(row), live: (row.session_expires_at ?? 0) > now }
    },

    async purge(now) {
      const gone = await db.deleteFrom('sessions').where('expires_at', '<=', now).executeTakeFirst()
      return Number(gone.numDeletedRows)
    },
  }
}
