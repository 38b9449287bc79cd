/** The log: one JSON line per event on standard output. It never holds a password, a token, or a query. */
import { type DestinationStream, type Logger, pino } from 'pino'
import type { Config } from '../config/config.ts'
import { createLogOutput } from './log-output.ts'

export type Log = Logger

let standardOutput: DestinationStream | undefined

export function createLog(
  { logLevel }: Pick<Config, 'logLevel'>,
  destination?: DestinationStream,
): Log {
  if (!destination) standardOutput ??= createLogOutput()
  const options = { level: logLevel, base: null, serializers: { err: errorChain } }
  return pino(options, destination ?? standardOutput)
}

/** Why, in words: the message of an error, and those of what is behind it. A text is its own. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // Of all addresses of a host that refuse, the error has no message itself.
  const each = cause instanceof AggregateError ? cause.errors.map(reasonOf).join('; ') : cause.name
  const message = cause.message || each
  return cause.cause === undefined ? message : `${message}: ${reasonOf(cause.cause)}`
}

/** An error with the causes behind it: names, messages and stacks, not the other properties that libraries hang on them. */
function errorChain(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause === undefined ? {} : { cause: errorChain(cause) }) }
}
