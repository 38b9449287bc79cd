/** The caller of a request: the state of the account, the session and the token that an access token names. */
import type { InferResult, Kysely } from 'kysely'
import type { Schema, UnixMs } from './schema.ts'
import { keysVersion } from './signing-keys.ts'
import { type UserRow, userOf } from './user-row.ts'

export interface StoredCaller {
  readonly user: UserRow
  /** Whether the session belongs to the user and has not ended, and the token is not revoked. */
  readonly isLive: boolean
  /** See `StoredSigningKeys.version`. */
  readonly keysVersion: string
}

/** The ids in an access token: `sub`, `sid` and `jti`. */
export interface TokenIds {
  readonly userId: string
  readonly sessionId: string
  readonly tokenId: string
}

/** Reads the caller in the transaction of their change, and locks their session: it cannot end before the change is committed. */
export async function lockCaller(
  tx: Kysely<Schema>,
  ids: TokenIds,
  now: UnixMs,
): Promise<StoredCaller | undefined> {
  const session = tx.selectFrom('sessions').select('session_id')
  await session.where('session_id', '=', ids.sessionId).forUpdate().execute()
  const row = await callerQuery(tx, ids).executeTakeFirst()
  return row && callerOf(row, now)
}

/** The caller of a change that needs no more of them than their permission. */
export interface CheckedCaller {
  readonly token: TokenIds
  /** Gets the caller as read in the transaction, and throws if they may not make the change. */
  check(caller: StoredCaller | undefined): void
}

/** Locks the account and the session of the caller until the transaction ends. Throws what the check throws. */
export async function requirePermitted(
  tx: Kysely<Schema>,
  { token, check }: CheckedCaller,
  now: UnixMs,
): Promise<void> {
  const account = tx.selectFrom('users').select('user_id').where('user_id', '=', token.userId)
  await account.forUpdate().execute()
  check(await lockCaller(tx, token, now))
}

export function callerQuery(db: Kysely<Schema>, { userId, sessionId, tokenId }: TokenIds) {
  return db
    .selectFrom('users')
    .leftJoin('sessions', (join) =>
      join
        .onRef('sessions.user_id', '=', 'users.user_id')
        .on('sessions.session_id', '=', sessionId),
    )
    .leftJoin('revoked_tokens', (join) => join.on('revoked_tokens.jti', '=', tokenId))
    .selectAll('users')
    .select([
      'sessions.expires_at as session_expires_at',
      'sessions.ended_at',
      'revoked_tokens.jti',
      keysVersion.as('keys_version'),
    ])
    .where('users.user_id', '=', userId)
}

type CallerRecord = InferResult<ReturnType<typeof callerQuery>>[number]

export function callerOf(row: CallerRecord, now: UnixMs): StoredCaller {
  const isLive = (row.session_expires_at ?? 0) > now && row.ended_at === null && row.jti === null
  return { user: userOf(row), isLive, keysVersion: row.keys_version }
}
