/** A server that has its port and no app yet: requests wait for it a moment, then are told to come again. */
import type { RequestListener } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type ErrorFormat, errorFormatOf } from '../contract/error-format.ts'
import type { OperationTable } from '../contract/operation-table.ts'
import { pathOf, pathTable } from '../contract/path-table.ts'
import { problemDetails } from '../contract/problem-details.ts'
import { ServiceUnavailable } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'

/** In milliseconds: as long as a request waits for the store. A migration can take much longer. */
const longestWait = 1_500

/** Hands requests to the app as soon as it is there. */
export function holdUntilReady(
  app: Promise<RequestListener>,
  operations: OperationTable,
  errors: readonly ErrorFormat[],
): RequestListener {
  const refuse = refuseAll(operations, errors)
  return (req, res) => {
    const late = pause(longestWait, refuse, { ref: false })
    void Promise.race([app, late]).then((listener) => listener(req, res))
  }
}

/** In the format of the path's errors. */
function refuseAll(operations: OperationTable, errors: readonly ErrorFormat[]): RequestListener {
  const find = pathTable(operations)
  return ({ url = '' }, res) => {
    const entry = find(pathOf(url))
    const format = entry ? errorFormatOf(entry, errors) : problemDetails
    send(res, format.toResponse(new ServiceUnavailable('The server is starting', 1)))
  }
}
