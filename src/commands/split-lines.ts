/** The lines of a stream, one in memory at a time. Only a line feed ends a line: JSON may contain every other separator. */
import { CommandError } from './command-error.ts'

/** In characters. */
const maxLineLength = 1024 * 1024

/** Yields undefined for a line that is too long. `name` is the name of the stream in errors. */
export async function* splitLines(
  input: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  let isTooLong = false
  for await (const chunk of readChunks(input, name)) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n')
    rest = isTooLong ? '' : rest + first
    isTooLong ||= rest.length > maxLineLength
    for (const line of more) {
      yield isTooLong ? undefined : rest
      rest = line
      isTooLong = false
    }
  }
  rest += decoder.decode()
  if (isTooLong) yield undefined
  else if (rest) yield rest
}

async function* readChunks(input: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* input
  } catch (error) {
    throw readError(name, error)
  }
}

export function readError(name: string, cause: unknown): CommandError {
  return new CommandError(`cannot read ${name}`, { cause })
}
