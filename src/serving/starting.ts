/** Requests during the start: they wait for the app for a moment, and then get 503 with Retry-After. */
import type { RequestListener } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { RequestHandler } from 'express'
import {
  beginExchange,
  type ErrorFormat,
  errorFormatOf,
  type OnRefusal,
  type OperationTable,
  type OutsideError,
  optionsOf,
  pathOf,
  pathTable,
  send,
  sendError,
} from '#contract'

/** As long as a request waits for the store. A migration can take much longer. */
const maxWaitMs = 1_500

/** Passes requests to the app when it is ready; to `refuse` if they have waited too long. */
export function holdUntilReady(
  app: Promise<RequestListener>,
  refuse: RequestListener,
): RequestListener {
  return (req, res) => {
    const late = pause(maxWaitMs, refuse, { ref: false })
    void Promise.race([app, late]).then((listener) => listener(req, res))
  }
}

const starting: OutsideError = {
  status: 503,
  code: 'temporarily_unavailable',
  message: 'The server is starting',
  headers: { 'Retry-After': '1' },
}

/** In the error format of the operation. OPTIONS is answered: without it, a page could not read the 503 of its request. */
export function refuseAll(
  operations: OperationTable,
  errors: readonly ErrorFormat[],
  onRefusal: OnRefusal,
): RequestHandler {
  const find = pathTable(operations)
  return function refuseAll(req, res) {
    const entry = find(pathOf(req.url))
    if (entry && req.method === 'OPTIONS') return send(res, optionsOf(entry))
    beginExchange(req, entry?.methods.get(req.method === 'HEAD' ? 'GET' : req.method))
    const format = errorFormatOf(entry ?? { errors: 'Problem' }, errors)
    sendError(req, res, starting, { format, onRefusal })
  }
}
