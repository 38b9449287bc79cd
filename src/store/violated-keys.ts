/** Which key a failed statement has violated, on both databases. */
import { TransactionConflict } from './errors.ts'
import { sqlStateOf } from './postgres-errors.ts'

/**
 * For what an insert or an update of an own table throws. On PostgreSQL it has been repeated, as after any conflict. An insert
 * with `on conflict` neither throws nor repeats.
 *
 *     await db.insertInto('app_notes').values(note).execute().catch((error) => {
 *       throw isDuplicateKey(error) ? refuse[409]('note_exists', 'The note exists') : error
 *     })
 */
export function isDuplicateKey(error: unknown): boolean {
  // UNIQUE and PRIMARYKEY.
  return hasCode(error, ['23505', 2067, 1555])
}

/**
 * Whether a reference (foreign key) would be to a row that does not exist: of a row that is inserted or changed, or of the rows
 * that refer to one that is deleted.
 *
 *     await db.insertInto('app_labels').values(label).execute().catch((error) => {
 *       throw isMissingReference(error) ? refuse[404]('not_found', 'There is no such note') : error
 *     })
 */
export function isMissingReference(error: unknown): boolean {
  // FOREIGNKEY and TRIGGER.
  return hasCode(error, ['23503', 787, 1811])
}

/** A SQLSTATE of PostgreSQL, or an extended result code of SQLite (sqlite.org/rescode.html). */
function hasCode(error: unknown, wanted: readonly unknown[]): boolean {
  // Inside a transaction, before the last repeat.
  if (error instanceof TransactionConflict) return hasCode(error.cause, wanted)
  if (!(error instanceof Error)) return false
  return wanted.includes('errcode' in error ? error.errcode : sqlStateOf(error))
}
