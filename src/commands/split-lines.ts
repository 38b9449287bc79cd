/** The text of a stream, and its lines, one in memory at a time. Only a line feed ends a line: JSON may contain every other separator. */
import { CommandError } from './command-error.ts'

/** In characters. */
const maxLineLength = 1024 * 1024

/** Yields undefined for a line that is too long. */
export async function* splitLines(
  chunks: AsyncIterable<string>,
): AsyncGenerator<string | undefined> {
  let rest = ''
  let isTooLong = false
  for await (const chunk of chunks) {
    const [first = '', ...more] = chunk.split('\n')
    rest = isTooLong ? '' : rest + first
    isTooLong ||= rest.length > maxLineLength
    for (const line of more) {
      yield isTooLong ? undefined : rest
      rest = line
      isTooLong = false
    }
  }
  if (isTooLong) yield undefined
  else if (rest) yield rest
}

/** The text of UTF-8, without a byte order mark. `name` is the name of the stream in errors. */
export async function* decoded(
  input: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<string, void> {
  const decoder = new TextDecoder()
  try {
    for await (const chunk of input) yield decoder.decode(chunk, { stream: true })
  } catch (error) {
    throw readError(name, error)
  }
  yield decoder.decode()
}

export function readError(name: string, cause: unknown): CommandError {
  return new CommandError(`cannot read ${name}`, { cause })
}
