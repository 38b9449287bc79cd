/** Whether a statement failed because a row with its key exists, on both databases. */
import { TransactionConflict } from './errors.ts'
import { sqlStateOf } from './postgres-errors.ts'

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (sqlite.org/rescode.html). */
const sqliteCodes: readonly unknown[] = [2067, 1555]

/**
 * For what an insert or an update of an own table throws. On PostgreSQL it has been repeated, as after any conflict. An insert
 * with `on conflict` neither throws nor repeats.
 *
 *     await db.insertInto('app_notes').values(note).execute().catch((error) => {
 *       throw isDuplicateKey(error) ? refuse[409]('note_exists', 'The note exists') : error
 *     })
 */
export function isDuplicateKey(error: unknown): boolean {
  if (error instanceof TransactionConflict) return sqlStateOf(error.cause) === '23505'
  return error instanceof Error && 'errcode' in error && sqliteCodes.includes(error.errcode)
}
