/** Says where an operation first differs from another one, and how. What is for readers may differ. */
import type { Document } from '#contract'

interface Difference {
  /** Such as `responses`, `200`. */
  readonly place: readonly string[]
  /** What is said of the place, such as `is missing`. */
  readonly text: string
}

const texts = new Set(
  'summary description tags title example examples externalDocs links deprecated'.split(' '),
)
/** The keys of these objects are names, not keywords. */
const named = new Set(['properties', 'headers', 'content', 'responses'])

/**
 * Compares parts of two contracts wherever their references lead. Undefined if there is no difference. The order of a list, such as that
 * of `required`, has no meaning.
 */
export function firstDifference(
  [theirs, inTheirs]: readonly [part: unknown, document: Document],
  [ours, inOurs]: readonly [part: unknown, document: Document],
): Difference | undefined {
  /** A part may contain itself. */
  const compared = new Map<unknown, Set<unknown>>()
  return between(theirs, ours, false)

  function between(theirs: unknown, ours: unknown, isNamed: boolean): Difference | undefined {
    if (theirs === ours) return undefined
    if (isListOfValues(theirs) && isListOfValues(ours)) return differenceOfLists(theirs, ours)
    if (!isObject(theirs) || !isObject(ours))
      return { place: [], text: changeOfValue(theirs, ours) }
    const [one, other] = [resolved(inTheirs, theirs), resolved(inOurs, ours)]
    const known = compared.get(one) ?? new Set()
    if (known.has(other)) return undefined
    compared.set(one, known.add(other))
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      if (!isNamed && isForReaders(key)) continue
      const inside = between(one[key], other[key], !isNamed && named.has(key))
      if (inside) return { ...inside, place: [key, ...inside.place] }
    }
    return undefined
  }
}

/** Handlers refuse with the codes of `x-codes`. */
function isForReaders(key: string): boolean {
  return texts.has(key) || (key.startsWith('x-') && key !== 'x-codes')
}

/** The contract layer has checked that every reference leads to an object. */
export function resolved(document: Document, node: Part): Part {
  if (typeof node.$ref !== 'string') return node
  const names = node.$ref.slice(2).split('/')
  const target = names
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((parent, name) => (isObject(parent) ? parent[name] : undefined), document)
  return isObject(target) ? resolved(document, target) : node
}

type Part = Readonly<Record<string, unknown>>

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

function isObject(value: unknown): value is Part {
  return typeof value === 'object' && value !== null
}
