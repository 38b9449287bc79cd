/**
 * The records of an import, one in memory at a time: lines of JSON, JSON lists, or CSV with a header. The first character that is no
 * space tells which, and for CSV the header.
 */
import { decoded, splitLines } from '../split-lines.ts'
import { type CsvRow, csvRows, valuesOf } from './csv-rows.ts'
import { isObject, type JsonObject } from './fields.ts'
import { listItems } from './list-items.ts'
import type { SourceFormat } from './source.ts'

/** A record that cannot be read. Its message does not repeat the text: a hash may be in it. */
export class InvalidRecord extends Error {}

export interface ImportRecord {
  /** The number of the line, or of the item in a list. */
  readonly at: number
  /** Throws an `InvalidRecord`. */
  read(): JsonObject
}

type Parse = (text: string | undefined) => JsonObject

const tooLong = 'longer than 1 MiB'
const badList = 'the list of accounts is missing or does not end, or something else follows it'

/** The records, and what one is called. `name` is the name of the file in errors. */
export async function readImport(
  input: AsyncIterable<Buffer>,
  name: string,
  { list, column, isFlat = false }: SourceFormat,
): Promise<{ readonly unit: 'line' | 'record'; readonly records: AsyncIterable<ImportRecord> }> {
  const { start, chunks } = await peek(decoded(input, name))
  const parse = (text: string | undefined) => parseObject(text, isFlat)
  const [first] = start.trimStart()
  if (first === '[' || (first === '{' && list !== undefined)) {
    const member = first === '[' ? undefined : list
    return { unit: 'record', records: listed(listItems(chunks, member), parse) }
  }
  const [header = ''] = start.split('\n')
  if (column !== undefined && first !== '{' && valuesOf(header).includes(column))
    return { unit: 'line', records: rowRecords(csvRows(chunks)) }
  return { unit: 'line', records: lineRecords(splitLines(chunks), parse) }
}

/** The text up to the end of a line that is not empty, and all of it again with the rest. */
async function peek(text: AsyncGenerator<string, void>) {
  let start = ''
  while (!hasLine(start) && start.length < 65_536) {
    const { value } = await text.next()
    if (value === undefined) break
    start += value
  }
  async function* chunks() {
    yield start
    yield* text
  }
  return { start, chunks: chunks() }
}

/** Whether a line that is not empty has ended. Not a pattern: it would try each place of a long line. */
function hasLine(text: string): boolean {
  const first = text.search(/\S/)
  return first >= 0 && text.includes('\n', first)
}

async function* lineRecords(
  lines: AsyncIterable<string | undefined>,
  parse: Parse,
): AsyncGenerator<ImportRecord> {
  let at = 0
  for await (const text of lines) {
    at += 1
    if (text?.trim() !== '') yield { at, read: () => parse(text) }
  }
}

async function* listed(
  items: AsyncGenerator<string | undefined, boolean>,
  parse: Parse,
): AsyncGenerator<ImportRecord> {
  for (let at = 1; ; at += 1) {
    const { value, done } = await items.next()
    if (!done) yield { at, read: () => parse(value) }
    else {
      if (!value) yield { at, read: () => invalid(badList) }
      return
    }
  }
}

async function* rowRecords(rows: AsyncIterable<CsvRow>): AsyncGenerator<ImportRecord> {
  let names: readonly string[] | undefined
  for await (const { line, values } of rows) {
    if (names) {
      yield { at: line, read: rowReader(names, values) }
      continue
    }
    names = values ?? []
    const fault = headerFault(names)
    if (fault === undefined) continue
    yield { at: line, read: () => invalid(fault) }
    return
  }
}

function headerFault(names: readonly string[]): string | undefined {
  if (names.some((name) => name.includes('\r')))
    return 'a carriage return in the header: end lines with a line feed'
  const duplicate = names.find((name, at) => name !== '' && names.indexOf(name) < at)
  return duplicate === undefined ? undefined : `duplicate column ${duplicate}`
}

function rowReader(names: readonly string[], values: readonly string[] | undefined) {
  return (): JsonObject => {
    if (!values) return invalid(`${tooLong}, or a quotation that does not end`)
    requireUtf8(values.join(''))
    if (values.length !== names.length)
      return invalid(`${values.length} values, where the header has ${names.length}`)
    return Object.fromEntries(names.map((name, column) => [name, values[column]]))
  }
}

function parseObject(text: string | undefined, isFlat: boolean): JsonObject {
  if (text === undefined) return invalid(tooLong)
  requireUtf8(text)
  const value = parseJson(text)
  if (!isObject(value)) return invalid('not a JSON object')
  const duplicate = isFlat ? duplicateField(text) : undefined
  return duplicate === undefined ? value : invalid(`duplicate field ${duplicate}`)
}

/** `JSON.parse` keeps the last of duplicate fields. In an object without nested objects, every string before a colon is a field name. */
function duplicateField(json: string): string | undefined {
  const texts = json.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?/g)
  const names = [...texts].flatMap(([, text = '', colon]): string[] =>
    colon ? [JSON.parse(text)] : [],
  )
  return names.find((name, at) => names.indexOf(name) < at)
}

/** The decoder replaces invalid UTF-8 with this character. */
function requireUtf8(text: string): void {
  if (text.includes('\uFFFD')) invalid('not UTF-8')
}

/** The parser's own message would quote the text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return invalid('not JSON')
  }
}

function invalid(reason: string): never {
  throw new InvalidRecord(reason)
}
