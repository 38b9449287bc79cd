/** Opens the store with its migrations applied, for one command, and closes it whatever happens. */
import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { openStore, type Store } from '../store/store.ts'
import { CommandError } from './command-error.ts'

/** Makes the database where there is none. */
export async function withStore(
  config: Config,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = openStore(config.database)
  try {
    await store.migrate(reportWaiting)
    await work(store)
  } finally {
    await store.close()
  }
}

/** On a terminal and in a pipe alike: nothing else explains the wait. */
export function reportWaiting(forWhat: string): void {
  process.stderr.write(`${forWhat}\n`)
}

/** For a command that only reads: it makes no file. */
export async function withExistingStore(
  config: Config,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const { database } = config
  if (database.kind === 'sqlite' && database.file !== ':memory:' && !existsSync(database.file))
    throw new CommandError(`there is no database ${database.file}; DATABASE_URL names another`)
  await withStore(config, work)
}
