/** What belongs to one account at a time: its username, and its verified e-mail address. */
import type { Kysely } from 'kysely'
import { EmailTaken, UsernameTaken } from './errors.ts'
import type { Schema } from './schema.ts'
import { type UserRow, usernameKey, verifiedEmailKey } from './user-row.ts'

/** In the transaction of the change. Throws a `UsernameTaken` or an `EmailTaken`. */
export async function requireFreeKeys(
  tx: Kysely<Schema>,
  before: UserRow,
  after: UserRow,
): Promise<void> {
  const username = usernameKey(after.username)
  if (await isTaken(tx, 'username_key', username, after.userId)) throw new UsernameTaken()
  if (verifiedEmailKey(after) !== verifiedEmailKey(before)) await requireFreeEmail(tx, after)
}

/** Throws an `EmailTaken`. */
export async function requireFreeEmail(tx: Kysely<Schema>, user: UserRow): Promise<void> {
  const key = verifiedEmailKey(user)
  if (key === undefined) return
  if (await isTaken(tx, 'verified_email_key', key, user.userId)) throw new EmailTaken()
}

async function isTaken(
  tx: Kysely<Schema>,
  column: 'username_key' | 'verified_email_key',
  key: string,
  userId: string,
): Promise<boolean> {
  const other = await tx
    .selectFrom('users')
    .select('user_id')
    .where(column, '=', key)
    .where('user_id', '!=', userId)
    .executeTakeFirst()
  return other !== undefined
}
