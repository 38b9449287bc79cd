/** `tessera migrate`: applies the pending migrations. `tessera serve` does so too. */
import { commandOptions, openStore } from '../store/store.ts'
import { print, printJson } from './output.ts'
import { reportWaiting, type Setup } from './with-store.ts'

export async function migrate({ config, product }: Setup, json: boolean): Promise<void> {
  const store = openStore(config.database, commandOptions, product.own)
  try {
    const applied = await store.migrate(reportWaiting)
    if (json) return await printJson(applied)
    const lines = applied.map((name) => `applied ${name}\n`).join('')
    await print(lines || 'nothing to apply\n')
  } finally {
    await store.close()
  }
}
