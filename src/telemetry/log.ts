/** The log: one JSON line per event on standard output. It never contains a password, a token, or a query. */
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

/** The message of an error, followed by those of its causes. Any other value as a string. */
export function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // If every address of a host refuses the connection, the error itself has no message.
  const each = cause instanceof AggregateError ? cause.errors.map(reasonOf).join('; ') : cause.name
  const message = cause.message || each
  return cause.cause === undefined ? message : `${message}: ${reasonOf(cause.cause)}`
}

/** An error and its causes: names, messages and stacks, without the properties that libraries add. */
function errorChain(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error)
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause === undefined ? {} : { cause: errorChain(cause) }) }
}
