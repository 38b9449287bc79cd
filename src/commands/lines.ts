/** The lines of a stream, one in memory at a time. Only a line feed ends one: JSON may hold every other separator. */
import { CommandError } from './command-error.ts'

const longestLine = 1024 * 1024

/**
 * Nothing in the place of a line that is longer than 1 Mi characters. `name` is what the stream is called where it cannot be
 * read.
 */
export async function* linesOf(
  input: AsyncIterable<Buffer>,
  name: string,
): AsyncGenerator<string | undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  let isTooLong = false
  for await (const chunk of readable(input, name)) {
    const [first = '', ...more] = decoder.decode(chunk, { stream: true }).split('\n')
    rest = isTooLong ? '' : rest + first
    isTooLong ||= rest.length > longestLine
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

async function* readable(input: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* input
  } catch (error) {
    throw unreadable(name, error)
  }
}

export function unreadable(name: string, cause: unknown): CommandError {
  return new CommandError(`${name} cannot be read`, { cause })
}
