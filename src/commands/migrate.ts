/** `tessera migrate`: brings the database to this version. `tessera serve` does so too. */
import type { Config } from '../config.ts'
import { openStore } from '../store/store.ts'

export async function migrate({ databaseFile }: Config): Promise<void> {
  const store = openStore(databaseFile)
  try {
    const applied = await store.migrate()
    process.stdout.write(
      applied.length > 0
        ? applied.map((name) => `applied ${name}\n`).join('')
        : 'nothing to apply\n',
    )
  } finally {
    await store.close()
  }
}
