/** The command `diff`: prints what has changed, and fails if it breaks clients. */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ContractChange } from './contract-changes.ts'
import { listOfChanges } from './list-of-changes.ts'

export interface DiffOptions {
  /** The path of the contract as it was, or of what was generated from it. */
  readonly before: string
  readonly after: string
  readonly json: boolean
}

/** Resolves to the exit status: 1 if a change breaks clients. */
export async function printDiff({ before, after, json }: DiffOptions): Promise<number> {
  // `--help` and `generate` need nothing of this.
  const { contractChanges } = await import('./contract-changes.ts')
  const url = (path: string) => pathToFileURL(resolve(path))
  const changes = await contractChanges(url(before), url(after))
  process.stdout.write(json ? `${JSON.stringify({ changes }, null, 2)}\n` : listOfChanges(changes))
  return changes.some(isBreaking) ? 1 : 0
}

function isBreaking({ impact }: ContractChange): boolean {
  return impact === 'breaking'
}
