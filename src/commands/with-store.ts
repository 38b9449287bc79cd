/** Opens the store with its migrations applied, for one command, and closes it whatever happens. */
import type { Config } from '../config.ts'
import { openStore, type Store } from '../store/store.ts'

export async function withStore(
  config: Config,
  work: (store: Store) => Promise<void>,
): Promise<void> {
  const store = openStore(config.databaseFile)
  try {
    await store.migrate()
    await work(store)
  } finally {
    await store.close()
  }
}
