/** The rows of CSV (RFC 4180) that arrives in pieces, with the line on which each begins. */

/** In characters. */
const maxRowLength = 1024 * 1024

export interface CsvRow {
  readonly line: number
  /** Undefined for a row that is too long, or whose last quotation does not end. */
  readonly values: readonly string[] | undefined
}

/** A line feed in a quoted value does not end a row. Empty lines are skipped. */
export async function* csvRows(chunks: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  let line = 1
  let begunAt = 1
  let row = ''
  let isTooLong = false
  let isQuoted = false
  for await (const chunk of chunks) {
    const pieces = chunk.split('\n')
    for (const [number, piece] of pieces.entries()) {
      if (!isTooLong) row += piece
      isTooLong ||= row.length > maxRowLength
      for (const _quote of piece.matchAll(/"/g)) isQuoted = !isQuoted
      if (number === pieces.length - 1) break
      line += 1
      if (isQuoted) {
        row += '\n'
        continue
      }
      if (row.trim()) yield { line: begunAt, values: isTooLong ? undefined : valuesOf(row) }
      row = ''
      isTooLong = false
      begunAt = line
    }
  }
  if (row.trim()) yield { line: begunAt, values: isTooLong || isQuoted ? undefined : valuesOf(row) }
}

/** A quoted value, in which `""` is a quotation mark, or one without quotation marks. */
export function valuesOf(row: string): string[] {
  const values: string[] = []
  const value = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/y
  const text = row.replace(/\r$/, '')
  let isLast = false
  while (!isLast) {
    const [whole = '', quoted, plain] = value.exec(text) ?? []
    values.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
    isLast = !whole.endsWith(',')
  }
  return values
}
