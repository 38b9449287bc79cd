/** What is learned about a request on its way through the contract layer, kept beside it. */
import type { IncomingMessage } from 'node:http'
import type { OperationId } from './handler.ts'

export interface Exchange {
  readonly operationId: OperationId
  /** Who calls, as the security check says. */
  principal?: unknown
  /** What the security check threw: express-openapi-validator would hand on only a copy without its class and headers. */
  refused?: unknown
  /** What its line in the log says besides. */
  noted?: Notes
}

export type Notes = Readonly<Record<string, string | undefined>>

const exchanges = new WeakMap<IncomingMessage, Exchange>()

export function beginExchange(req: IncomingMessage, operationId: OperationId): Exchange {
  const exchange: Exchange = { operationId }
  exchanges.set(req, exchange)
  return exchange
}

export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return exchanges.get(req)
}

/** Adds to what the request's line in the log says. Nothing secret. */
export function note(req: IncomingMessage, notes: Notes): void {
  const exchange = exchanges.get(req)
  if (exchange) exchange.noted = exchange.noted ? { ...exchange.noted, ...notes } : notes
}
