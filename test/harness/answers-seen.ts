/** Every answer that any server of this process gives, whichever client asked: operation, status, media type, headers. */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exchangeOf } from '../../src/contract/exchange.ts'
import { isCommonHeader } from '../../src/contract/reply-check.ts'

/** One kind of answer. Servers whose contract is not openapi.yaml say so (`notOurs`) and are not recorded. */
export interface Seen {
  readonly operationId: string
  readonly status: number
  readonly mediaType: string | undefined
  readonly headers: readonly string[]
}

const seen = new Set<string>()
const otherContracts = new WeakSet<object>()

/** Leaves the answers of one HTTP server out: it serves another contract than openapi.yaml. */
export function notOurs(server: object): void {
  otherContracts.add(server)
}

/** What has been seen since the last call, each kind of answer once, as JSON. */
export function takeSeen(): string[] {
  const taken = [...seen]
  seen.clear()
  return taken
}

subscribe('http.server.response.finish', (message) => {
  const { request, response, server } = message as {
    request: IncomingMessage
    response: ServerResponse
    server: object
  }
  const operationId = exchangeOf(request)?.operationId
  if (!operationId || otherContracts.has(server)) return
  const headers = response.getHeaders()
  const answer: Seen = {
    operationId,
    status: response.statusCode,
    mediaType: headers['content-type']?.toString(),
    headers: Object.keys(headers)
      .filter((name) => !isCommonHeader(name))
      .sort(),
  }
  seen.add(JSON.stringify(answer))
})
