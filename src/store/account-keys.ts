/** What belongs to one account at a time: its username, and its verified e-mail address. */
import type { Kysely } from 'kysely'
import { EmailTaken, UsernameTaken } from './errors.ts'
import type { Schema } from './schema.ts'
import { type UserRow, usernameKey, userOf, verifiedEmailKey } from './user-row.ts'

export async function userBy(
  db: Kysely<Schema>,
  column: 'user_id' | 'username_key' | 'verified_email_key',
  key: string,
): Promise<UserRow | undefined> {
  const row = await db.selectFrom('users').selectAll().where(column, '=', key).executeTakeFirst()
  return row && userOf(row)
}

/** In the transaction of the change. Throws a `UsernameTaken` or an `EmailTaken`. */
export async function requireFreeKeys(
  tx: Kysely<Schema>,
  before: UserRow,
  after: UserRow,
): Promise<void> {
  const namesake = await userBy(tx, 'username_key', usernameKey(after.username))
  if (namesake && namesake.userId !== after.userId) throw new UsernameTaken()
  if (verifiedEmailKey(after) !== verifiedEmailKey(before)) await requireFreeEmail(tx, after)
}

/** Throws an `EmailTaken`. */
export async function requireFreeEmail(tx: Kysely<Schema>, user: UserRow): Promise<void> {
  const key = verifiedEmailKey(user)
  if (key === undefined) return
  const owner = await userBy(tx, 'verified_email_key', key)
  if (owner && owner.userId !== user.userId) throw new EmailTaken()
}
