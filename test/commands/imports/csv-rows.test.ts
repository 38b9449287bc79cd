import { describe, expect, it } from 'vitest'
import { csvRows } from '../../../src/commands/imports/csv-rows.ts'

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}

const rowsOf = (text: string, length = 1) => Array.fromAsync(csvRows(pieces(text, length)))

describe('csvRows', () => {
  it.each([1, 2, 3, 1000])('reads RFC 4180 in pieces of %i characters [K53]', async (length) => {
    const text = 'a,b,c\r\n\r\n1,,"x, ""y"""\n"two\r\nlines",é,\n"","", last'
    expect(await rowsOf(text, length)).toEqual([
      { line: 1, values: ['a', 'b', 'c'] },
      { line: 3, values: ['1', '', 'x, "y"'] },
      { line: 4, values: ['two\r\nlines', 'é', ''] },
      { line: 6, values: ['', '', ' last'] },
    ])
  })

  it('gives no values of a row that does not end, or is over 1 MiB [K53]', async () => {
    const long = 'x'.repeat(1024 * 1024 + 1)
    expect(await rowsOf(`a,b\n${long},${long}\n1,2\n"3,4\n`, 65_536)).toEqual([
      { line: 1, values: ['a', 'b'] },
      { line: 2, values: undefined },
      { line: 3, values: ['1', '2'] },
      { line: 4, values: undefined },
    ])
  })
})
