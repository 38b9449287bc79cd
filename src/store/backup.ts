/** A copy of a SQLite database that is in use: whole, of one moment, and durable when it is there. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { DatabaseSync } from 'node:sqlite'

/**
 * Its size in bytes. Nobody has to wait for it; what was deleted is not in it. Throws where `to` is there already, or where
 * there is no room, and leaves nothing then.
 */
export function backUpSqlite(from: string, to: string): number {
  // Whatever ends this process, what has the name that was asked for is whole.
  const part = `${to}.${randomBytes(4).toString('hex')}.part`
  // Made first, and for its owner alone: SQLite fills an empty file and leaves its mode.
  const descriptor = openSync(part, 'wx', 0o600)
  try {
    const database = new DatabaseSync(from, { readOnly: true, timeout: 2000 })
    try {
      database.prepare('vacuum into ?').run(part)
    } finally {
      database.close()
    }
    fsyncSync(descriptor)
    giveName(part, to)
    return statSync(to).size
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** A link takes no name that another file has; not every file system has links. */
function giveName(part: string, to: string): void {
  try {
    linkSync(part, to)
    rmSync(part)
  } catch (error) {
    if (existsSync(to)) throw error
    renameSync(part, to)
  }
}
