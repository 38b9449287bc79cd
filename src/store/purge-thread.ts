/** A thread that deletes expired rows of a SQLite file, on a connection of its own (`sqlite-purge.ts`). */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { workerData } from 'node:worker_threads'
import { inBatches } from './purge-batches.ts'

export interface Deletion {
  readonly file: string
  /** Its last parameter, which `parameters` lacks, is the maximum number of rows. */
  readonly sql: string
  readonly parameters: readonly unknown[]
}

/** How long SQLite waits for the write lock: requests write in milliseconds. */
const timeout = 2000

const { file, sql, parameters }: Deletion & { parameters: SQLInputValue[] } = workerData
const database = new DatabaseSync(file, { timeout })
// NORMAL: commits do not wait for the disk. Rows that are there again after a power loss are deleted later.
// 200: far below the 1,000 pages from which on a commit of a request would do the checkpoint.
database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 200')
const statement = database.prepare(sql)
await inBatches((rows) => {
  const start = performance.now()
  const { changes } = statement.run(...parameters, rows)
  return { deleted: Number(changes), ms: performance.now() - start }
})
database.close()
