/**
 * What commands print, as slowly as its reader reads: a long list takes no memory here. Nothing that is stored can move a
 * terminal's cursor or turn its lines around.
 */
import { once } from 'node:events'

/** Where the reader has gone, as `head` does, the command ends. */
export function print(text: string): Promise<void> {
  return write(clean(text))
}

/** One JSON document: an object, or for a list an array. */
export function printJson(value: unknown): Promise<void> {
  return write(`${escaped(JSON.stringify(value, null, 2))}\n`)
}

/** An array of all that the pages hold, a line each. */
export async function printJsonList<Row>(
  pages: AsyncIterable<readonly Row[]>,
  bodyOf: (row: Row) => unknown,
): Promise<void> {
  let separator = '[\n'
  for await (const rows of pages) {
    const bodies = rows.map((row) => `  ${escaped(JSON.stringify(bodyOf(row)))}`)
    await write(separator + bodies.join(',\n'))
    separator = ',\n'
  }
  await write(separator === '[\n' ? '[]\n' : '\n]\n')
}

/** One JSON document on one line. */
export function printJsonLine(value: unknown): Promise<void> {
  return write(`${escaped(JSON.stringify(value))}\n`)
}

/** Control characters but the line feed, and those that change the direction of text. */
const unprintable = /[^\P{Cc}\n]|\p{Bidi_Control}/gu

export function clean(text: string): string {
  return text.replace(unprintable, '\uFFFD')
}

/** The same text to whoever parses it. */
function escaped(json: string): string {
  return json.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

async function write(text: string): Promise<void> {
  const { stdout } = process
  if (!stdout.listeners('error').includes(endWhereUnread)) stdout.on('error', endWhereUnread)
  if (!stdout.write(text)) await once(stdout, 'drain')
}

function endWhereUnread(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error
  process.exit(0)
}
