/** Reads a file of a contract, YAML or JSON, and finds the line and column of its parts. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml'
import type { Place, PlacedFault } from '../document/contract-fault.ts'
import { unescapePointer } from '../document/document-parts.ts'

export interface Source {
  readonly url: URL
  /** As faults name it: relative to the working directory, if it is there. */
  readonly name: string
  readonly text: string
  readonly value: unknown
  /** The place of a JSON pointer, or of what is nearest around it. */
  readonly placeOf: (pointer: string) => Place
  /** What makes the text unreadable. */
  readonly faults: readonly PlacedFault[]
}

/** Throws if the file cannot be read. */
export function readSource(url: URL): Source {
  const text = readFileSync(url, 'utf8')
  const source = { url, name: nameOf(url), text }
  const json = jsonIn(text)
  if (!json) return readYaml(source)
  // Its places are those of YAML, read when there is a fault.
  let yaml: Source | undefined
  const placeOf = (pointer: string) => {
    yaml ??= readYaml(source)
    return yaml.placeOf(pointer)
  }
  return { ...source, ...json, faults: [], placeOf }
}

function nameOf(url: URL): string {
  const path = fileURLToPath(url)
  const name = relative(process.cwd(), path)
  return name.startsWith('..') ? path : name
}

/** Undefined if the text is not JSON. JSON is parsed a hundred times faster than YAML, which includes it. */
function jsonIn(text: string): { readonly value: unknown } | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function readYaml(source: Pick<Source, 'url' | 'name' | 'text'>): Source {
  const { name: file, text } = source
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, merge: true })
  const placeAt = (offset: number): Place => {
    const { line, col: column } = lineCounter.linePos(offset)
    return { file, line, column }
  }
  const { faults, value } = readValue(document, placeAt)
  const placeOf = (pointer: string) => placeAt(offsetOf(document.contents, pointer))
  return { ...source, value, placeOf, faults }
}

function readValue(
  document: Document.Parsed,
  placeAt: (offset: number) => Place,
): Pick<Source, 'faults' | 'value'> {
  const { errors } = document
  const faults = errors.map(({ message, pos: [offset] }) => ({
    place: placeAt(offset),
    text: `is not YAML: ${firstLine(message)}`,
  }))
  if (faults.length > 0) return { faults, value: undefined }
  const aliases = aliasesIn(document)
  const refused = (alias: Alias | undefined, text: string) => ({
    faults: [{ place: placeAt(startOf(alias)), text }],
    value: undefined,
  })
  const unknown = aliases.find((alias) => !alias.resolve(document))
  if (unknown) return refused(unknown, `there is no anchor ${unknown.source} before this alias`)
  // Any number of aliases: what they stand for is counted.
  const value: unknown = document.toJS({ maxAliasCount: -1 })
  const size = aliases.length > 0 ? sizeOf(value) : 0
  if (size === Number.POSITIVE_INFINITY)
    return refused(aliases[0], 'has an alias within what it stands for')
  if (size > maxAliasedValues)
    return refused(
      aliases[0],
      `has aliases: with them, it has more than ${maxAliasedValues} values`,
    )
  return { faults, value }
}

/** A text of a kilobyte can have aliases that stand for more values than a memory holds. */
const maxAliasedValues = 1_000_000

function aliasesIn(document: Document.Parsed): Alias[] {
  const aliases: Alias[] = []
  visit(document, { Alias: (_, alias) => void aliases.push(alias) })
  return aliases
}

/** The number of values in a value, infinite if it contains itself. Each is looked at once, however often it is used. */
function sizeOf(value: unknown, known = new Map<object, number>()): number {
  if (typeof value !== 'object' || value === null) return 1
  const size = known.get(value)
  if (size !== undefined) return size
  known.set(value, Number.POSITIVE_INFINITY)
  const sum = Object.values(value).reduce((sum, member) => sum + sizeOf(member, known), 1)
  known.set(value, sum)
  return sum
}

/** The others quote the text. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
}

/** Where the name of a field begins, or an item of a list. */
function offsetOf(root: Node | null, pointer: string): number {
  let node: unknown = root
  let offset = startOf(root)
  for (const name of pointer.split('/').slice(1).map(unescapePointer)) {
    const [at, next] = childOf(node, name)
    if (at === undefined) return offset
    offset = startOf(at)
    node = next
  }
  return offset
}

/** The node where a child begins, and its value. */
function childOf(parent: unknown, name: string): [at?: unknown, value?: unknown] {
  if (isSeq(parent)) return [parent.items[Number(name)], parent.items[Number(name)]]
  if (!isMap(parent)) return []
  const pair = parent.items.find(({ key }) => String(isScalar(key) ? key.value : key) === name)
  return pair ? [pair.key, pair.value] : []
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}
