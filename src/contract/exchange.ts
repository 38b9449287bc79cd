/** What is learned about a request on its way through the contract layer, kept beside it. */
import type { IncomingMessage } from 'node:http'
import type { OperationId } from './handler.ts'

export interface Exchange {
  /** None where no operation of the contract was asked for. */
  readonly operationId: OperationId | undefined
  /** Who calls, as the security check says. */
  principal: unknown
  /** What its line in the log says besides. */
  noted: Notes | undefined
}

export type Notes = Readonly<Record<string, unknown>>

/** A WeakMap would keep it as well, and cost more to collect than all else of a request. */
const place: unique symbol = Symbol('exchange')

declare module 'node:http' {
  interface IncomingMessage {
    [place]?: Exchange
  }
}

export function beginExchange(req: IncomingMessage, operationId?: OperationId): Exchange {
  const exchange: Exchange = {
    operationId,
    principal: undefined,
    noted: undefined,
  }
  req[place] = exchange
  return exchange
}

export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return req[place]
}

/** Adds to what the request's line in the log says. Nothing secret. */
export function note(req: IncomingMessage, notes: Notes): void {
  const exchange = exchangeOf(req) ?? beginExchange(req)
  exchange.noted = exchange.noted ? { ...exchange.noted, ...notes } : notes
}
