/** The lines of a stream, one in memory at a time. Only a line feed ends one: JSON may hold every other separator. */
import { CommandError } from './command-error.ts'

const longestLine = 1024 * 1024

/** `name` is what the stream is called where it cannot be read. */
export async function* linesOf(input: AsyncIterable<Buffer>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of readable(input, name)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > longestLine) throw new CommandError(`${name} has a line over 1 MiB`)
    yield* lines
  }
  rest += decoder.decode()
  if (rest) yield rest
}

async function* readable(input: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  try {
    yield* input
  } catch (error) {
    throw new CommandError(`${name} cannot be read`, { cause: error })
  }
}
