/** Finds in the lines of a log why the response to a request was a 500. */

interface FailedLine {
  readonly requestId?: string
  readonly cause?: string
  /** A text if what was thrown is no error. */
  readonly err?: string | { readonly name: string; readonly stack?: string }
}

/** The error with its causes, and the line that threw it. Undefined if the log has no line of the request. */
export function loggedFailure(
  lines: readonly string[],
  requestId: string | null,
): string | undefined {
  const line = lines
    .filter((each) => requestId !== null && each.includes(requestId))
    .map((each): FailedLine => JSON.parse(each))
    .find((each) => each.requestId === requestId && each.err !== undefined)
  if (line?.err === undefined) return undefined
  if (typeof line.err === 'string') return line.err
  const [place = ''] = line.err.stack?.match(/^ +at .*/m) ?? []
  return `${line.err.name}: ${line.cause}${place && `\n  ${place.trim()}`}`
}
