/** What a request says in one header, however often it is sent: Node's own `headers` keep one and drop the others in silence. */
import type { IncomingMessage } from 'node:http'

/** `name` is in lower case. `headersDistinct` says the same, but sorts all the headers for it. */
export function headerValues(
  { rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>,
  name: string,
): string[] {
  const values: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at] ?? ''
    if (given.length === name.length && given.toLowerCase() === name)
      values.push(rawHeaders[at + 1] ?? '')
  }
  return values
}
