/** Requests during the start: they wait for the app for a moment, and then get 503 with Retry-After. */
import type { RequestListener } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorFormat, errorFormatOf } from '../contract/error-format.ts'
import type { OperationTable } from '../contract/operation-table.ts'
import { pathOf, pathTable } from '../contract/path-table.ts'
import { problemDetails } from '../contract/problem-details.ts'
import { ServiceUnavailable } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'

/** As long as a request waits for the store. A migration can take much longer. */
const maxWaitMs = 1_500

/** Passes requests to the app when it is ready. */
export function holdUntilReady(
  app: Promise<RequestListener>,
  operations: OperationTable,
  errors: readonly ErrorFormat[],
): RequestListener {
  const refuse = refuseAll(operations, errors)
  return (req, res) => {
    const late = pause(maxWaitMs, refuse, { ref: false })
    void Promise.race([app, late]).then((listener) => listener(req, res))
  }
}

/** In the error format of the operation. */
function refuseAll(operations: OperationTable, errors: readonly ErrorFormat[]): RequestListener {
  const find = pathTable(operations)
  return ({ url = '' }, res) => {
    const entry = find(pathOf(url))
    const format = entry ? errorFormatOf(entry, errors) : problemDetails
    send(res, format.toResponse(new ServiceUnavailable('The server is starting', 1)))
  }
}
