/** Records the requests that the servers of this process receive, as Node reports them. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface RecordedRequest {
  readonly path: string | undefined
  readonly authorization: string | undefined
  readonly status: number
}

/** The requests that are completed while `work` runs, in order. */
export async function recordRequests(
  work: () => Promise<void>,
): Promise<readonly RecordedRequest[]> {
  const requests: RecordedRequest[] = []
  const record = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const { authorization } = request.headers
    requests.push({ path: request.url, authorization, status: response.statusCode })
  }
  subscribe('http.server.response.finish', record)
  try {
    await work()
  } finally {
    unsubscribe('http.server.response.finish', record)
  }
  return requests
}
