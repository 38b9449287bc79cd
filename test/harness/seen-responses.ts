/** Records every response of the servers of this process: operation, status, media type, headers. */
import { subscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { exchangeOf } from '#contract'
import { contract } from '../../generated/contract.ts'
import { isCommonHeader } from '../../src/contract/reply/reply-check.ts'

/** The properties of a response that the contract declares. */
export interface SeenResponse {
  readonly operationId: string
  readonly status: number
  readonly mediaType: string | undefined
  readonly headers: readonly string[]
}

const seen = new Set<string>()
const otherContracts = new WeakSet<object>()

/** Does not record the responses of a server whose contract is not openapi.yaml. */
export function ignoreServer(server: object): void {
  otherContracts.add(server)
}

/** The distinct responses since the last call, as JSON. */
export function takeSeenResponses(): string[] {
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
  // An operation that openapi.yaml does not have belongs to a server that is built on ours.
  if (!operationId || !(operationId in contract.operations) || otherContracts.has(server)) return
  const headers = response.getHeaders()
  const seenResponse: SeenResponse = {
    operationId,
    status: response.statusCode,
    mediaType: headers['content-type']?.toString(),
    headers: Object.keys(headers)
      .filter((name) => !isCommonHeader(name))
      .sort(),
  }
  seen.add(JSON.stringify(seenResponse))
})
