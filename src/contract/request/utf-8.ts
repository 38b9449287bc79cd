/** Decodes UTF-8 strictly: a byte sequence that is not UTF-8 is rejected, not replaced. */
import { BadRequest } from '../errors/refusal.ts'

/** Keeps a byte order mark. Throws a `BadRequest`. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadRequest('The body is not UTF-8')
  }
}
