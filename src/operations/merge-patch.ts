/** One field of a JSON merge patch (RFC 7396): left out it stays, `null` removes it. */
export function changed<Value>(
  current: Value | undefined,
  change: Value | null | undefined,
): Value | undefined {
  if (change === undefined) return current
  return change ?? undefined
}
