/** Shrinks a SQLite file: the space of deleted rows returns to the file system. If that fails, the file is as before. */
import { statSync } from 'node:fs'
import { lockExclusively, openSqlite } from './sqlite.ts'

/** Its size before and after. Undefined, and changes nothing, if another process uses the file: it could not write until the end. */
export function compactSqlite(file: string) {
  const database = openSqlite(file)
  try {
    if (!lockExclusively(database)) return undefined
    // What a killed server left in the log.
    database.exec('pragma wal_checkpoint(truncate)')
    const bytesBefore = statSync(file).size
    database.exec('vacuum; pragma wal_checkpoint(truncate)')
    return { bytesBefore, bytesAfter: statSync(file).size }
  } finally {
    database.close()
  }
}
