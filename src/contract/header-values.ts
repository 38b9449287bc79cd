/** What a request says in one header, however often it is sent: Node's own `headers` keep one and drop the others in silence. */
import type { IncomingMessage } from 'node:http'

/** `name` is in lower case. `headersDistinct` says the same, but sorts all the headers for it. */
export function headerValues(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  name: string,
): string[] {
  // Names and values in turn.
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name)
}
