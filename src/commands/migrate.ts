/** `tessera migrate`: applies the pending migrations. `tessera serve` does so too. */
import type { Config } from '../config/config.ts'
import { openStore } from '../store/store.ts'
import { print, printJson } from './output.ts'
import { reportWaiting } from './with-store.ts'

export async function migrate({ database }: Config, json: boolean): Promise<void> {
  const store = openStore(database)
  try {
    const applied = await store.migrate(reportWaiting)
    if (json) return await printJson(applied)
    const lines = applied.map((name) => `applied ${name}\n`).join('')
    await print(lines || 'nothing to apply\n')
  } finally {
    await store.close()
  }
}
