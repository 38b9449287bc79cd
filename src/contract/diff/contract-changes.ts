/** Lists what differs between two contracts, and what of it breaks clients. */
import { unescapePointer } from '../document/document-parts.ts'
import { readDocument } from '../generate/read-contract.ts'
import { concernedOperations } from './concerned-operations.ts'
import { type RedoclyChange, type RedoclyPart, redoclyChanges } from './redocly-report.ts'

/** `other` neither breaks clients nor offers them anything: texts, examples, wider limits. */
export type Impact = 'breaking' | 'addition' | 'other'

export interface ContractChange {
  readonly impact: Impact
  /** The operationIds of all operations that have the changed part; none if it is of the whole contract. */
  readonly operations: readonly string[]
  /** The JSON pointer of the changed part. */
  readonly pointer: string
  /** A sentence. */
  readonly text: string
}

const impacts = { major: 'breaking', minor: 'addition', patch: 'other' } as const

/**
 * Breaking changes first. `before` may also be an `openapi.json` that `generate` has written. `after` may lack what `generate` demands, such
 * as a new scope. Throws a `ContractError` for a reference that leads nowhere, or if `@redocly/cli` is not installed.
 */
export async function contractChanges(before: URL, after: URL): Promise<readonly ContractChange[]> {
  const [old, current] = [readDocument(before), readDocument(after)]
  const found = await redoclyChanges(old, current)
  const [ofBefore, ofAfter] = [concernedOperations(old), concernedOperations(current)]
  const changes = found.map((change): ContractChange => {
    const { impact, base, revision = base } = change
    const pointer = pointerOf(revision)
    const operations = [...(base ? ofBefore(pointerOf(base)) : []), ...ofAfter(pointer)]
    return {
      impact: impacts[impact],
      operations: [...new Set(operations)],
      pointer,
      text: textOf(change, pointer),
    }
  })
  const order = Object.values(impacts)
  return changes.toSorted((one, other) => order.indexOf(one.impact) - order.indexOf(other.impact))
}

function pointerOf(part: RedoclyPart | undefined): string {
  return part?.pointer.replace(/^#/, '') ?? ''
}

/** What breaks clients is explained by the comparison. */
function textOf(
  { kind, verdicts, property, base, revision }: RedoclyChange,
  pointer: string,
): string {
  if (verdicts.length > 0)
    return verdicts.map(({ message }) => message.replaceAll('`', '')).join(' ')
  const name = property ?? unescapePointer(pointer.split('/').at(-1) ?? '')
  if (kind !== 'modified') return `${name} was ${kind}.`
  const values = [base, revision]
    .map((part) => JSON.stringify(part?.value) ?? 'nothing')
    .join(' to ')
  return values.length > maxShown ? `${name} changed.` : `${name} changed from ${values}.`
}

/** The characters of two values that are shown: those of longer texts are in the contracts. */
const maxShown = 60
