/** Records the calls that reach the server, as lines: `/token 200`. */
import { type RecordedRequest, recordRequests } from '../clients/recorded-requests.ts'

/** In the order of the responses. */
export async function recordCalls(work: () => Promise<unknown>): Promise<readonly string[]> {
  const seen = await recordRequests(async () => {
    await work()
  })
  return seen.map(({ path, status }: RecordedRequest) => `${path} ${status}`)
}

/** How often each line occurs. */
export function countCalls(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1
  return counts
}
