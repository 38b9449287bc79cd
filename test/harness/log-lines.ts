/** Parses the lines of a log. */
export function logLines(log: string): Record<string, unknown>[] {
  return log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line))
}
