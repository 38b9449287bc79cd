/** A copy of a SQLite database that is in use: whole, of one moment, and durable when it is there. */
import { closeSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Its size in bytes. Nobody has to wait for it; what was deleted is not in it. Throws where `to` is there already, or where
 * there is no room, and leaves nothing then.
 */
export function backUpSqlite(from: string, to: string): number {
  // Made first, and for its owner alone: SQLite fills an empty file and leaves its mode.
  const descriptor = openSync(to, 'wx', 0o600)
  try {
    const database = new DatabaseSync(from, { readOnly: true, timeout: 2000 })
    try {
      database.prepare('vacuum into ?').run(to)
    } finally {
      database.close()
    }
    fsyncSync(descriptor)
    return statSync(to).size
  } catch (error) {
    rmSync(to, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}
