/** Deletes expired rows of a SQLite file in a thread: a commit or a checkpoint that waits for the disk blocks no request. */
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Kysely } from 'kysely'
import { StoreUnavailable } from './errors.ts'
import { deletionOf, type Expired, hasExpired } from './purge.ts'
import type { Deletion } from './purge-thread.ts'
import type { Schema } from './schema.ts'

export function purgeInThread(db: Kysely<Schema>, file: string) {
  const threads = new Set<Worker>()

  function run(deletion: Deletion): Promise<void> {
    const thread = new Worker(
      new URL(`./purge-thread${extname(import.meta.url)}`, import.meta.url),
      {
        workerData: deletion,
        // It holds a few strings.
        resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
      },
    )
    threads.add(thread)
    return new Promise((resolve, reject) => {
      thread.once('error', reject)
      thread.once('exit', (code) => {
        threads.delete(thread)
        if (code === 0) resolve()
        else reject(new StoreUnavailable(new Error('the purge was stopped')))
      })
    })
  }

  return {
    /** Starts a thread if there are expired rows. Throws a `StoreUnavailable` if it is stopped. */
    async purge(expired: Expired): Promise<void> {
      if (!(await hasExpired(db, expired))) return
      const { sql, parameters } = deletionOf(db, expired, 0)
      await run({ file, sql, parameters: parameters.slice(0, -1) })
    },
    async stop(): Promise<void> {
      await Promise.all([...threads].map((thread) => thread.terminate()))
    },
  }
}
