/** Which operations go around the contract with `respond.raw`, and where in the source. */
import type { Contract } from '../contract.ts'
import { observedBy } from '../routing/observer.ts'

export interface RawUse {
  readonly operationId: string
  readonly status: number
  /** Where `respond.raw` was called, such as `file:///app/export.ts:12:20`. */
  readonly place: string
  /** How often, in this process. */
  readonly count: number
}

export function recordRawUse(uses: Map<string, RawUse>, use: Omit<RawUse, 'count'>): void {
  const key = `${use.operationId} ${use.status} ${use.place}`
  uses.set(key, { ...use, count: (uses.get(key)?.count ?? 0) + 1 })
}

/**
 * The uses of `respond.raw` in the servers of a contract in this process: one for each operation, status and place.
 *
 *     for (const { operationId, status, place } of rawUses(contract)) console.log(operationId, status, place)
 */
export function rawUses(contract: Contract): readonly RawUse[] {
  return [...observedBy(contract).rawUses.values()]
}
