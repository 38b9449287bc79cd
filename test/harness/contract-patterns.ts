/** Every pattern of openapi.yaml, with texts that the server accepts for it. */
import { contract } from '../../generated/contract.ts'

export interface ContractPattern {
  readonly pattern: string
  readonly texts: readonly string[]
}

export const contractPatterns: readonly ContractPattern[] = [
  ...new Set(patternsIn(contract.document)),
].map((pattern) => {
  // As the server reads it.
  const expression = new RegExp(pattern, 'u')
  return { pattern, texts: samples().filter((text) => expression.test(text)) }
})

function patternsIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  )
}

function samples(): string[] {
  const shapes = ['', '*', 'Bearer error="x"', 'Basic realm="tessera"', ' , W/"1", "2"']
  const inShapes = characters().flatMap((character) => [
    character,
    `a${character}z`,
    `"${character}"`,
    `<${character}>; rel="next"`,
    `${character}@example.com`,
    `a@${character}.com`,
  ])
  return [...shapes, ...inShapes]
}

/** ASCII, Latin, combining and invisible characters, and characters beyond U+FFFF. */
function characters(): string[] {
  const ranges = [
    [0, 0x36f],
    [0x2000, 0x206f],
    [0xfff0, 0xffff],
    [0x1f980, 0x1f98a],
    [0xe0000, 0xe0080],
    [0x10ffff, 0x10ffff],
  ] as const
  return ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
  )
}
