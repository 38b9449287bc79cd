/** The accounts. A change, the sessions that it ends, and its audit event are one transaction. */
import { type Kysely, sql, type Transaction } from 'kysely'
import { requireFreeEmail, requireFreeKeys, userBy } from './account-keys.ts'
import { hasAdministrator, requireOtherAdministrator } from './administrators.ts'
import { type AuditEventRow, addEvents } from './audit-events.ts'
import {
  type CheckedCaller,
  lockCaller,
  requirePermitted,
  type StoredCaller,
  type TokenIds,
} from './callers.ts'
import { LastAdministrator, TransactionConflict } from './errors.ts'
import { addressNotices } from './event-messages.ts'
import { userByLoginName } from './login-name.ts'
import { addMailing, type Mailing, mailingOf } from './mailing.ts'
import { addMails } from './mails.ts'
import type { OwnData } from './own-data.ts'
import { endProofs, endRestorations, type ProofRow, useProof } from './proofs.ts'
import type { Schema, UnixMs } from './schema.ts'
import { type AddedSession, addSession, endSessions } from './sessions.ts'
import { type StagedUsers, withStagedUsers } from './staged-users.ts'
import { inTransaction, lockRow } from './transaction.ts'
import { type InTurn, transactionsInTurn } from './turns.ts'
import { emailKey, isAdministrator, rowOf, type UserRow, usernameKey, userOf } from './user-row.ts'

/** The changed account, and the event that records the change. */
export interface UserChange extends Mailing {
  readonly user: UserRow
  readonly event: AuditEventRow
  /** The id of the proof that permits the change. */
  readonly usedProof?: string
  /** Begins after a new password has ended all sessions of the account. */
  readonly newSession?: AddedSession
  /** As a new password ends them. */
  readonly endsSessions?: boolean
  /** Ends the ways back to previous addresses that were mailed at this time or later, with all other proofs. */
  readonly endsRestorationsSince?: UnixMs
}

export interface UserFilter {
  readonly username?: string | undefined
  /** Case-insensitive. */
  readonly email?: string | undefined
  readonly externalId?: string | undefined
}

/** Gets the account, and the caller whose token is given (the command line has none), both read in the transaction of the change. */
type Edit<Result> = (user: UserRow, caller: StoredCaller | undefined) => Result

export function usersTable(
  db: Kysely<Schema>,
  inTurn: InTurn,
  onAccountDeleted: OwnData['onAccountDeleted'],
) {
  const transactionOf = transactionsInTurn(db, inTurn)

  /** Locks the account and the caller until the transaction ends: of two administrators who disable each other, one succeeds. */
  const withUser = <Result>(
    userId: string,
    now: UnixMs,
    by: TokenIds | undefined,
    work: (tx: Transaction<Schema>, user: UserRow, caller?: StoredCaller) => Promise<Result>,
  ): Promise<Result | undefined> =>
    transactionOf(by?.userId ?? userId, async (tx) => {
      const users = await lockUsers(tx, by ? [userId, by.userId] : [userId])
      const user = users.find((each) => each.userId === userId)
      return user && (await work(tx, user, by && (await lockCaller(tx, by, now))))
    })

  return {
    byId: (userId: string) => userBy(db, 'user_id', userId),

    byName: (username: string) => userBy(db, 'username_key', usernameKey(username)),

    byLoginName: (text: string) => userByLoginName(db, text),

    /** The account that has verified this address. */
    async byVerifiedEmail(email: string): Promise<UserRow | undefined> {
      const key = emailKey(email)
      return key === undefined ? undefined : await userBy(db, 'verified_email_key', key)
    },

    /** Sorted by username, after the given username. */
    async page(
      after: string | undefined,
      limit: number,
      { username, email, externalId }: UserFilter = {},
    ): Promise<UserRow[]> {
      let query = db.selectFrom('users').selectAll()
      if (username !== undefined) query = query.where('username_key', '=', usernameKey(username))
      if (email !== undefined) query = query.where(sql`lower(email)`, '=', lowerCase(email))
      if (externalId !== undefined) query = query.where('external_id', '=', externalId)
      if (after !== undefined) query = query.where('username_key', '>', usernameKey(after))
      const rows = await query.orderBy('username_key').limit(limit).execute()
      return rows.map(userOf)
    },

    /** False, and adds nothing, if the username is taken. Throws an `EmailTaken`, and what the check of the caller throws. */
    add: (
      user: UserRow,
      event?: AuditEventRow,
      mailing: Mailing = {},
      by?: CheckedCaller,
    ): Promise<boolean> =>
      transactionOf(by?.token.userId ?? user.userId, async (tx) => {
        const { createdAt: now } = user
        if (by) await requirePermitted(tx, by, now)
        await requireFreeEmail(tx, user)
        const added = await tx
          .insertInto('users')
          .values(rowOf(user))
          .onConflict((conflict) => conflict.column('username_key').doNothing())
          .executeTakeFirst()
        if (added.numInsertedOrUpdatedRows === 0n) return false
        if (event) await addEvents(tx, event)
        await addMailing(tx, mailing, now)
        return true
      }),

    addMany: (work: (staged: StagedUsers) => Promise<void>) => withStagedUsers(db, work),

    /**
     * Writes what `edit` returns; nothing if it returns undefined or throws. Returns undefined if there is no such account. Throws a
     * `UsernameTaken`, an `EmailTaken`, a `ProofUsed` or a `LastAdministrator`.
     */
    change: (
      userId: string,
      now: UnixMs,
      edit: Edit<UserChange | undefined>,
      by?: TokenIds,
    ): Promise<UserRow | undefined> =>
      withUser(userId, now, by, async (tx, user, caller) => {
        const change = edit(user, caller)
        if (!change) return user
        const changed = { ...change.user, version: user.version + 1 }
        if (!isAdministrator(changed)) await requireOtherAdministrator(tx, user)
        await requireFreeKeys(tx, user, changed)
        if (change.usedProof !== undefined) await useProof(tx, change.usedProof)
        await write(tx, user, changed, now)
        if (change.endsSessions) await endSessions(tx, userId, now)
        if (change.endsRestorationsSince !== undefined)
          await endRestorations(tx, userId, change.endsRestorationsSince)
        if (changed.username !== user.username) await updateItemVersions(tx, userId)
        await addEvents(tx, change.event)
        await addMailing(tx, change, now)
        await addMails(tx, addressNotices(tx, user, changed, change), now)
        if (change.newSession && !(await addSession(tx, change.newSession, changed)))
          throw new TransactionConflict('the client was changed during the request')
        return changed
      }),

    /**
     * Adds the proof that `proofOf` returns, and its mail, to an account that does not change, and returns it. Returns undefined if
     * there is no such account.
     */
    addProof: (
      userId: string,
      now: UnixMs,
      proofOf: Edit<ProofRow>,
      by?: TokenIds,
    ): Promise<ProofRow | undefined> =>
      withUser(userId, now, by, async (tx, user, caller) => {
        const proof = proofOf(user, caller)
        await addMailing(tx, mailingOf(proof), now)
        return proof
      }),

    /**
     * Writes what `edit` returns, without a caller, in one transaction: all accounts or none. Usernames stay. Returns the number of
     * changed accounts. Throws a `LastAdministrator`.
     */
    changeMany: (
      userIds: readonly string[],
      now: UnixMs,
      edit: (user: UserRow) => Pick<UserChange, 'user' | 'event'> | undefined,
    ): Promise<number> =>
      inTransaction(db, async (tx) => {
        const changes = (await lockUsers(tx, userIds)).flatMap((user) => {
          const change = edit(user)
          const changed = change && { ...change.user, version: user.version + 1 }
          return changed ? [{ user, changed, event: change.event }] : []
        })
        const isLeaving = changes.some(
          ({ user, changed }) => isAdministrator(user) && !isAdministrator(changed),
        )
        if (isLeaving) await lockRow(tx, 'administrators')
        for (const { user, changed } of changes) await write(tx, user, changed, now)
        if (isLeaving && !(await hasAdministrator(tx))) throw new LastAdministrator()
        await addEvents(tx, ...changes.map(({ event }) => event))
        return changes.length
      }),

    /** Replaces the hash by a different hash of the same password. False if the password was changed since. */
    async rehash(userId: string, from: string, to: string): Promise<boolean> {
      const renewed = await db
        .updateTable('users')
        .set({ password_hash: to })
        .where('user_id', '=', userId)
        .where('password_hash', '=', from)
        .executeTakeFirst()
      return renewed.numUpdatedRows === 1n
    },

    /**
     * Deletes the account with its sessions and items; nothing if `eventOf` throws. False if there is no such account. Throws a
     * `LastAdministrator`.
     */
    async remove(
      userId: string,
      now: UnixMs,
      eventOf: Edit<AuditEventRow>,
      by?: TokenIds,
    ): Promise<boolean> {
      const removed = await withUser(userId, now, by, async (tx, user, caller) => {
        const event = eventOf(user, caller)
        await requireOtherAdministrator(tx, user)
        await onAccountDeleted?.(tx, userId)
        await tx.deleteFrom('users').where('user_id', '=', userId).execute()
        await addEvents(tx, event)
        return true
      })
      return removed ?? false
    },
  }
}

/** In the order of the ids, so that no two transactions wait for each other. */
async function lockUsers(tx: Kysely<Schema>, userIds: readonly string[]): Promise<UserRow[]> {
  const users = tx
    .selectFrom('users')
    .selectAll()
    .where('user_id', 'in', [...userIds])
  return (await users.orderBy('user_id').forUpdate().execute()).map(userOf)
}

/** A new password and a disabled account end all sessions; these and a new address end the proofs that were mailed. */
async function write(
  tx: Kysely<Schema>,
  before: UserRow,
  after: UserRow,
  now: UnixMs,
): Promise<void> {
  const { userId, passwordHash, email, emailVerified } = before
  await tx.updateTable('users').set(rowOf(after)).where('user_id', '=', userId).execute()
  const endsAll = after.disabled || after.passwordHash !== passwordHash
  const isOtherAddress = after.email !== email || after.emailVerified !== emailVerified
  if (endsAll) await endSessions(tx, userId, now)
  if (endsAll || isOtherAddress) await endProofs(tx, userId)
}

/** ASCII only, as `lower` in both databases. */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Items show the username of their owner: a new username is a new version of the items. */
async function updateItemVersions(tx: Kysely<Schema>, userId: string): Promise<void> {
  await tx
    .updateTable('items')
    .set((e) => ({ version: e('version', '+', 1) }))
    .where('owner_id', '=', userId)
    .execute()
}
