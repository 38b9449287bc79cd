/** The digest that connects a contract and what is generated from it. */
import { createHash } from 'node:crypto'

/** SHA-256 of the contract. Line ends are normalized, because git may change them. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('base64url')
}
