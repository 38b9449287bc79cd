/** What the servers of this process were sent, as Node itself reports it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface SeenRequest {
  readonly path: string | undefined
  readonly authorization: string | undefined
  readonly status: number
}

/** Every request that is answered while the work is done, in order. */
export async function seenDuring(work: () => Promise<void>): Promise<readonly SeenRequest[]> {
  const seen: SeenRequest[] = []
  const see = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const { authorization } = request.headers
    seen.push({ path: request.url, authorization, status: response.statusCode })
  }
  subscribe('http.server.response.finish', see)
  try {
    await work()
  } finally {
    unsubscribe('http.server.response.finish', see)
  }
  return seen
}
