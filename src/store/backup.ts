/** Backs up a SQLite database that is in use. The backup is a consistent snapshot, and durable once it has its name. */
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
 * Returns the size of the backup in bytes. Blocks no reader or writer; the backup contains no deleted data. Throws if `to`
 * exists or the disk is full, and then leaves no file behind.
 */
export function backUpSqlite(from: string, to: string): number {
  // If this process is killed, no incomplete backup has the name `to`.
  const partFile = `${to}.${randomBytes(4).toString('hex')}.part`
  // Created first, readable by its owner only: SQLite fills an empty file and keeps its mode.
  const descriptor = openSync(partFile, 'wx', 0o600)
  try {
    const database = new DatabaseSync(from, { readOnly: true, timeout: 2000 })
    try {
      database.prepare('vacuum into ?').run(partFile)
    } finally {
      database.close()
    }
    fsyncSync(descriptor)
    renameToFree(partFile, to)
    return statSync(to).size
  } catch (error) {
    rmSync(partFile, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
}

/** A link never replaces a file, but not every file system has links. */
function renameToFree(partFile: string, to: string): void {
  try {
    linkSync(partFile, to)
    rmSync(partFile)
  } catch (error) {
    if (existsSync(to)) throw error
    renameSync(partFile, to)
  }
}
