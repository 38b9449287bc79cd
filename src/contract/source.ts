/** `openapi.yaml` itself, the source of everything in `generated/`. */
import { createHash } from 'node:crypto'

export const contractFile = new URL('../../openapi.yaml', import.meta.url)
export const generatedFolder = new URL('../../generated/', import.meta.url)

/** Tells whether it has changed. The same on every system: git may have changed the line ends. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64url')
}
