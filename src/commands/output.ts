/**
 * What commands print. Writes wait for the reader, so a long list takes no memory. Stored text cannot move the cursor of a
 * terminal or change the direction of its text.
 */
import { once } from 'node:events'

export function print(text: string): Promise<void> {
  return write(replaceUnprintable(text))
}

/** One JSON document: an object, or for a list an array. */
export function printJson(value: unknown): Promise<void> {
  return write(`${escapeUnprintable(JSON.stringify(value, null, 2))}\n`)
}

/** The result of a command: its body with `--json`, otherwise the text. */
export function printResult(json: boolean | undefined, body: unknown, text: string): Promise<void> {
  return json ? printJson(body) : print(text)
}

/** One JSON array of all rows, one row per line. */
export async function printJsonList<Row>(
  pages: AsyncIterable<readonly Row[]>,
  bodyOf: (row: Row) => unknown,
): Promise<void> {
  let separator = '[\n'
  for await (const rows of pages) {
    const bodies = rows.map((row) => `  ${escapeUnprintable(JSON.stringify(bodyOf(row)))}`)
    await write(separator + bodies.join(',\n'))
    separator = ',\n'
  }
  await write(separator === '[\n' ? '[]\n' : '\n]\n')
}

/** One JSON document on one line. */
export function printJsonLine(value: unknown): Promise<void> {
  return write(`${escapeUnprintable(JSON.stringify(value))}\n`)
}

/** Control characters except the line feed, and characters that change the direction of text. */
const unprintable = /[^\P{Cc}\n]|\p{Bidi_Control}/gu

export function replaceUnprintable(text: string): string {
  return text.replace(unprintable, '\uFFFD')
}

/** Parses to the same value. */
function escapeUnprintable(json: string): string {
  return json.replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

async function write(text: string): Promise<void> {
  const { stdout } = process
  if (!stdout.write(text)) await once(stdout, 'drain')
}

/** From now on, the process ends without an error if the reader of its output has closed the pipe, as `head` does. */
export function expectClosedPipe(): void {
  const { stdout } = process
  if (!stdout.listeners('error').includes(exitOnClosedPipe)) stdout.on('error', exitOnClosedPipe)
}

/** From now on, the process goes on without a reader of its output, or space for it: it is a server. */
export function outliveOutput(): void {
  process.stdout.off('error', exitOnClosedPipe).on('error', () => {})
}

function exitOnClosedPipe(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error
  process.exit(0)
}
