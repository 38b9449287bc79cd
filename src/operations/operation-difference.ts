/** Says where an operation first differs from another one, and how. */
import { isDeepStrictEqual } from 'node:util'

export interface Difference {
  /** Such as `responses`, `200`. */
  readonly place: readonly string[]
  /** What is said of the place, such as `is missing`. */
  readonly text: string
}

/** Undefined if there is none. The order of a list, such as that of `required`, has no meaning. */
export function firstDifference(theirs: unknown, ours: unknown): Difference | undefined {
  if (isDeepStrictEqual(theirs, ours)) return undefined
  if (isListOfValues(theirs) && isListOfValues(ours)) return differenceOfLists(theirs, ours)
  if (!isObject(theirs) || !isObject(ours)) return { place: [], text: changeOfValue(theirs, ours) }
  for (const key of new Set([...Object.keys(theirs), ...Object.keys(ours)])) {
    const inside = firstDifference(theirs[key], ours[key])
    if (inside) return { ...inside, place: [key, ...inside.place] }
  }
  return undefined
}

function changeOfValue(theirs: unknown, ours: unknown): string {
  if (ours === undefined) return 'is added'
  return theirs === undefined ? 'is missing' : `is ${short(theirs)} and not ${short(ours)}`
}

function differenceOfLists(
  theirs: readonly unknown[],
  ours: readonly unknown[],
): Difference | undefined {
  const added = theirs.filter((each) => !ours.includes(each)).map(short)
  const missing = ours.filter((each) => !theirs.includes(each)).map(short)
  const texts = [
    ...(added.length > 0 ? [`has ${added.join(', ')} in addition`] : []),
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
  ]
  return texts.length === 0 ? undefined : { place: [], text: texts.join(' and ') }
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

/** Names, types or values, and no schemas. */
function isListOfValues(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && !value.some(isObject)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
