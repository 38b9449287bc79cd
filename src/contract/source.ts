/** The locations of `openapi.yaml` and `generated/`, and the digest that connects them. */
import { createHash } from 'node:crypto'

export const contractFile = new URL('../../openapi.yaml', import.meta.url)
export const generatedFolder = new URL('../../generated/', import.meta.url)

/** SHA-256 of the contract. Line ends are normalized, because git may change them. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64url')
}
