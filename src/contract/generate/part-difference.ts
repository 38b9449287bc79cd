/** Compares parts of contracts, wherever their references lead. */
import { escapePointer, isNode } from '../document/document-parts.ts'
import { type ContractFilesReader, childOf, idOf, type Location, partAt } from './contract-files.ts'

/** The JSON pointer to the first difference, from the parts on; undefined if there is none. */
export function differenceBetween(
  one: Location,
  other: Location,
  locate: ContractFilesReader['locate'],
): string | undefined {
  /** A part may contain itself. */
  const compared = new Set<string>()
  return between(one, other)

  function between(given: Location, wanted: Location): string | undefined {
    const [one, other] = [followed(given), followed(wanted)]
    const pair = `${idOf(one)} ${idOf(other)}`
    if (idOf(one) === idOf(other) || compared.has(pair)) return undefined
    compared.add(pair)
    const [a, b] = [partAt(one), partAt(other)]
    const areLists = Array.isArray(a) && Array.isArray(b)
    if (!areLists && !(isNode(a) && isNode(b))) return Object.is(a, b) ? undefined : ''
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const inside = between(childOf(one, name), childOf(other, name))
      if (inside !== undefined) return `/${escapePointer(name)}${inside}`
    }
    return undefined
  }

  /** Where a reference without other fields leads. What leads nowhere is reported where it is copied. */
  function followed(location: Location, seen: readonly string[] = []): Location {
    const node = partAt(location)
    const id = idOf(location)
    if (!isNode(node) || Object.keys(node).length > 1 || seen.includes(id)) return location
    const target = typeof node.$ref === 'string' ? locate(node.$ref, location.source) : location
    return typeof target === 'string' || target === location
      ? location
      : followed(target, [...seen, id])
  }
}
