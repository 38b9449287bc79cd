/** What the server saw of a client's work, as lines: `POST /token 200`. */
import { type SeenRequest, seenDuring } from '../clients/seen-requests.ts'

/** In the order of the answers. */
export async function callsSeen(work: () => Promise<unknown>): Promise<readonly string[]> {
  const seen = await seenDuring(async () => {
    await work()
  })
  return seen.map(({ path, status }: SeenRequest) => `${path} ${status}`)
}

/** How often each was seen. */
export function counted(lines: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of lines) counts[line] = (counts[line] ?? 0) + 1
  return counts
}
