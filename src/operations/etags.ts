/** Entity tags and their preconditions: changes do not overwrite each other, reads are not repeated (RFC 9110 §8.8.3, §13.1). */
import type { Can } from '#contract'
import type { UnixMs } from '../store/schema.ts'

interface Versioned {
  readonly version: number
  readonly createdAt: UnixMs
}

export type CanFailPrecondition = Can<412, 'precondition_failed'>

/** `createdAt` distinguishes a row from an earlier one with the same id. */
export function etagOf({ version, createdAt }: Versioned): string {
  return `"${createdAt.toString(36)}.${version}"`
}

/** The preconditions of a read. */
interface ReadConditions {
  readonly 'If-Match'?: string
  readonly 'If-None-Match'?: string
}

/**
 * Refuses with 412 if `If-Match` was sent and does not match. Weak tags match, too, unlike in RFC 9110 §13.1.1: a tag
 * names the version of a row and not the bytes of a response, which a proxy that compresses responses marks as weak.
 */
export function requireMatch(
  ifMatch: string | undefined,
  row: Versioned,
  refuse: CanFailPrecondition,
): void {
  if (ifMatch !== undefined && !matches(ifMatch, row))
    throw refuse[412]('precondition_failed', 'The resource has changed since its ETag was read')
}

/**
 * Whether a read is answered with 304: the caller has this version already (RFC 9110 §13.1.2). `If-Match` is evaluated first
 * (§13.2.2): refuses with 412 if it does not match.
 */
export function isNotModified(
  header: ReadConditions,
  row: Versioned,
  refuse: CanFailPrecondition,
): boolean {
  requireMatch(header['If-Match'], row, refuse)
  const ifNoneMatch = header['If-None-Match']
  return ifNoneMatch !== undefined && matches(ifNoneMatch, row)
}

function matches(condition: string, row: Versioned): boolean {
  const tags: readonly string[] = condition.match(/"[^"]*"/g) ?? []
  return condition === '*' || tags.includes(etagOf(row))
}
