/** Entity tags and `If-Match`: concurrent changes do not overwrite each other (RFC 9110 §8.8.3, §13.1.1). */
import { Refusal } from '../contract/refusal.ts'
import type { UnixMs } from '../store/schema.ts'

interface Versioned {
  readonly version: number
  readonly createdAt: UnixMs
}

export class PreconditionFailed extends Refusal {
  constructor() {
    super(412, 'precondition_failed', 'The resource has changed since its ETag was read')
  }
}

/** `createdAt` distinguishes a row from an earlier one with the same id. */
export function etagOf({ version, createdAt }: Versioned): string {
  return `"${createdAt.toString(36)}.${version}"`
}

/**
 * Throws a `PreconditionFailed` if `If-Match` was sent and does not match. Weak tags match, too, unlike in RFC 9110 §13.1.1: a tag
 * names the version of a row and not the bytes of a response, which a proxy that compresses responses marks as weak.
 */
export function requireMatch(ifMatch: string | undefined, row: Versioned): void {
  if (ifMatch === undefined || ifMatch === '*') return
  const tags: readonly string[] = ifMatch.match(/"[^"]*"/g) ?? []
  if (!tags.includes(etagOf(row))) throw new PreconditionFailed()
}
