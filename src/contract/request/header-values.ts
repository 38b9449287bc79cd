/** Reads all values of a header. Node's `headers` discards repeated values of some headers. */
import type { IncomingMessage } from 'node:http'

/** `name` is in lower case. `headersDistinct` returns the same, but processes all headers. */
export function headerValues(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  name: string,
): string[] {
  const values: string[] = []
  // `rawHeaders` alternates names and values.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const { [at]: given = '', [at + 1]: value = '' } = rawHeaders
    if (given.length === name.length && given.toLowerCase() === name) values.push(value)
  }
  return values
}
