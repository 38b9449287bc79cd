/** Opens and migrates the store for one command, and closes it afterwards. */
import type { Config } from '../config/config.ts'
import { sendsMail } from '../mail/require-mail.ts'
import type { Product } from '../services.ts'
import { StoreError } from '../store/errors.ts'
import { commandOptions, openStore, type Store } from '../store/store.ts'
import { createLog } from '../telemetry/log.ts'
import { CommandError, requireDatabase } from './command-error.ts'

/** What a command works on. */
export interface Setup {
  readonly config: Config
  readonly product: Product
}

/** Creates the database if it does not exist. `applied` are the names of the migrations that were pending. */
export async function withStore(
  { config, product }: Setup,
  work: (store: Store, applied: readonly string[]) => Promise<void>,
): Promise<void> {
  // Standard output is for what the command prints.
  const log = createLog(config, process.stderr)
  const tell = product.onAccountDeleted({ now: Date.now, log })
  const onAccountDeleted: typeof tell =
    tell && ((tx, userId) => Promise.try(tell, tx, userId).catch(refuseDeletion))
  const own = { ...product.own, onAccountDeleted }
  const store = openStore(config.database, commandOptions, own, sendsMail(config))
  try {
    await work(store, await store.migrate(reportWaiting))
  } finally {
    await store.close()
  }
}

function refuseDeletion(reason: unknown): never {
  if (!(reason instanceof Error) || reason instanceof StoreError) throw reason
  const message = `the account was not deleted: onAccountDeleted: ${reason.message}`
  throw new CommandError(message, { cause: reason })
}

/** Printed without a terminal too: nothing else explains the wait. */
function reportWaiting(message: string): void {
  process.stderr.write(`${message}\n`)
}

/** For commands that only read: creates no database. */
export async function withExistingStore(
  setup: Setup,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const { database } = setup.config
  if (database.kind === 'sqlite' && database.file !== ':memory:') requireDatabase(database.file)
  await withStore(setup, work)
}
