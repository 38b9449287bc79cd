/** Finds the extensions of this layer where they have no meaning, and names that are nearly theirs: both would do nothing, in silence. */
import { described, type Kind } from '../document/document-fields.ts'

/** The kind of part in which each has a meaning. */
const extensions: Readonly<Record<string, Kind>> = {
  'x-codes': 'response',
  'x-stream': 'mediaType',
}

/** A sentence about a field of a part, if it is such a name. */
export function extensionFault(kind: Kind, field: string): string | undefined {
  if (!field.startsWith('x-')) return undefined
  for (const [name, its] of Object.entries(extensions)) {
    if (field === name && kind !== its)
      return `${name} has no meaning in ${described(kind)}: it is a field of ${described(its)}`
    if (field !== name && kind === its && isNear(field, name))
      return `${field} is not a field of ${described(kind)}: use ${name}`
  }
  return undefined
}

/** Written in another way, or with a letter too many, too few, or in the wrong place: another letter is another word, as in `x-nodes`. */
function isNear(field: string, name: string): boolean {
  const [one, other] = [lettersOf(field), lettersOf(name)]
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  const isLonger = long.some((_, at) => long.toSpliced(at, 1).join() === short.join())
  return isLonger || one.toSorted().join() === other.toSorted().join()
}

function lettersOf(text: string): string[] {
  return [...text.toLowerCase().replace(/[^a-z]/g, '')]
}
