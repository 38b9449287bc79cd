/** Which key a failed statement has violated, on both databases. */
import { TransactionConflict } from './errors.ts'
import { sqlStateOf } from './postgres-errors.ts'

/** SQLSTATEs of PostgreSQL, and extended result codes of SQLite (sqlite.org/rescode.html): UNIQUE and PRIMARYKEY, FOREIGNKEY and TRIGGER. */
const codes = {
  duplicate: ['23505', 2067, 1555],
  missing: ['23503', 787, 1811],
} as const satisfies Readonly<Record<string, readonly unknown[]>>

/**
 * For what an insert or an update of an own table throws. On PostgreSQL it has been repeated, as after any conflict. An insert
 * with `on conflict` neither throws nor repeats.
 *
 *     await db.insertInto('app_notes').values(note).execute().catch((error) => {
 *       throw isDuplicateKey(error) ? refuse[409]('note_exists', 'The note exists') : error
 *     })
 */
export function isDuplicateKey(error: unknown): boolean {
  return hasCode(error, codes.duplicate)
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
  return hasCode(error, codes.missing)
}

function hasCode(error: unknown, wanted: readonly unknown[]): boolean {
  // Inside a transaction, before the last repeat.
  if (error instanceof TransactionConflict) return hasCode(error.cause, wanted)
  if (!(error instanceof Error)) return false
  return wanted.includes('errcode' in error ? error.errcode : sqlStateOf(error))
}
