/** The state of a request in the contract layer, stored on the request itself. */
import type { IncomingMessage } from 'node:http'

export interface Exchange {
  /** Undefined if the request matches no operation. */
  readonly operationId: string | undefined
  /** Whether the request was HEAD, which the router serves as GET. */
  readonly isHead: boolean
  /** The result of the security check. */
  principal: unknown
  /** Additional fields of the log line of the request. */
  logFields: LogFields | undefined
}

type LogFields = Readonly<Record<string, unknown>>

/** A property, because garbage collection of a WeakMap costs more than the rest of a request. */
const exchangeKey: unique symbol = Symbol('exchange')

declare module 'node:http' {
  interface IncomingMessage {
    [exchangeKey]?: Exchange
  }
}

export function beginExchange(
  req: IncomingMessage,
  operationId?: string,
  isHead = false,
): Exchange {
  const exchange: Exchange = { operationId, isHead, principal: undefined, logFields: undefined }
  req[exchangeKey] = exchange
  return exchange
}

/** Undefined before the router has seen the request. */
export function exchangeOf(req: IncomingMessage): Exchange | undefined {
  return req[exchangeKey]
}

/** Adds fields to the log line of the request. They must not contain secrets. */
export function addLogFields(req: IncomingMessage, fields: LogFields): void {
  const exchange = exchangeOf(req) ?? beginExchange(req)
  exchange.logFields = exchange.logFields ? { ...exchange.logFields, ...fields } : fields
}
