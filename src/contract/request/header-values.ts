/** Reads all values of a header. Node's `headers` discards repeated values of some headers. */
import type { IncomingMessage } from 'node:http'

/** `name` is in lower case. `headersDistinct` returns the same, but processes all headers. */
export function headerValues(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  name: string,
): string[] {
  // `rawHeaders` alternates names and values.
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}
