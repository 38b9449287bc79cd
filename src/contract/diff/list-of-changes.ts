/** Shows the changes of a contract as text, those of the same operations together. */
import { unescapePointer } from '../document/document-parts.ts'
import type { ContractChange } from './contract-changes.ts'

const labels = { breaking: 'breaking', addition: 'added   ', other: 'changed ' }

/** A group names no more operations. */
const maxNamed = 5

/** Ends with a line that counts. */
export function listOfChanges(changes: readonly ContractChange[]): string {
  const groups = Map.groupBy(changes, ({ operations }) => operations.join(' '))
  const texts = [...groups.values()].map((group) => {
    const lines = group.map((change) => `  ${labels[change.impact]}  ${lineOf(change)}\n`)
    return `${headingOf(group[0]?.operations ?? [])}\n${lines.join('')}\n`
  })
  return `${texts.join('')}${summaryOf(changes)}\n`
}

function headingOf(operations: readonly string[]): string {
  if (operations.length === 0) return 'the contract'
  const more = operations.length - maxNamed
  const named = operations.slice(0, maxNamed).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}

function lineOf({ pointer, text }: ContractChange): string {
  return `${placeIn(pointer)}: ${text}`
}

/** Without the path and the method of an operation, which the heading names. */
function placeIn(pointer: string): string {
  const [, root, ...names] = pointer.split('/').map(unescapePointer)
  if (root === 'components') return names.join('/')
  if (root !== 'paths') return [root, ...names].join('/')
  const [path, method, ...others] = names
  return others.length > 0 ? others.join('/') : [method?.toUpperCase(), path].join(' ').trim()
}

function summaryOf(changes: readonly ContractChange[]): string {
  if (changes.length === 0) return 'nothing has changed'
  const count = (impact: ContractChange['impact']) =>
    changes.filter((change) => change.impact === impact).length
  const [breaking, additions, others] = [count('breaking'), count('addition'), count('other')]
  return `${breaking} breaking, ${additions} added, ${others} changed otherwise`
}
