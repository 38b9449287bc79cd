/** An account that can administer others remains. */
import type { Kysely } from 'kysely'
import { LastAdministrator } from './errors.ts'
import type { Schema } from './schema.ts'
import { lockRow } from './transaction.ts'
import { isAdministrator, type UserRow } from './user-row.ts'

/**
 * In the transaction of the change, which locks one row, so that two administrators cannot remove each other at the same time. Throws a
 * `LastAdministrator`.
 */
export async function requireOtherAdministrator(
  tx: Kysely<Schema>,
  leaving: UserRow,
): Promise<void> {
  if (!isAdministrator(leaving)) return
  await lockRow(tx, 'administrators')
  if (!(await hasAdministrator(tx, leaving.userId))) throw new LastAdministrator()
}

export async function hasAdministrator(tx: Kysely<Schema>, besides = ''): Promise<boolean> {
  const other = await tx
    .selectFrom('users')
    .select('user_id')
    .where('administers', '=', 1)
    .where('user_id', '!=', besides)
    .executeTakeFirst()
  return other !== undefined
}
