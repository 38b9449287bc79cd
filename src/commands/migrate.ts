/** `tessera migrate`: applies the pending migrations. `tessera serve` does so too. */
import { printResult } from './output.ts'
import { type Setup, withStore } from './with-store.ts'

export function migrate(setup: Setup, json: boolean): Promise<void> {
  return withStore(setup, async (_store, applied) => {
    const lines = applied.map((name) => `applied ${name}\n`).join('')
    await printResult(json, applied, lines || 'nothing to apply\n')
  })
}
