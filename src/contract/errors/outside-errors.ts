/** Errors of requests that are no operation of the contract: an unknown path, a request that cannot be read, a server that is starting. */
import type { ServerResponse } from 'node:http'
import type { Request } from 'express'
import { type OutgoingResponse, send } from '../reply/reply.ts'
import type { OnRefusal } from '../serve.ts'
import type { ErrorFormat } from './error-format.ts'
import { Refusal, type RefusalOptions } from './refusal.ts'

export interface OutsideError extends RefusalOptions {
  readonly status: number
  /** For programs. */
  readonly code: string
  /** Public, for people. */
  readonly message: string
}

/**
 * Sends an error in a format, after `onRefusal`.
 *
 *     app.use((req, res) => sendError(req, res, { status: 404, code: 'not_found', message: 'Not found' }, { format, onRefusal }))
 */
export function sendError(
  req: Request,
  res: ServerResponse,
  error: OutsideError,
  { format, onRefusal }: { readonly format: ErrorFormat; readonly onRefusal?: OnRefusal },
): void {
  const refusal = refusalOf(error)
  onRefusal?.(refusal, req, format.code(refusal))
  send(res, format.toResponse(refusal))
}

/** The same as a value, for what is not sent through Node's `ServerResponse`. */
export function errorResponse(error: OutsideError, format: ErrorFormat): OutgoingResponse {
  return format.toResponse(refusalOf(error))
}

/** The maker of these refusals, so that no operation accepts one. */
const outside = Object.freeze({})

function refusalOf({ status, code, message, ...options }: OutsideError) {
  return new Refusal(status, code, message, options, outside)
}
