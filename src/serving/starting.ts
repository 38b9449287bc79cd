/** A server that has its port and no app yet: requests wait for it a moment, then are told to come again. */
import type { RequestListener } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { OperationTable } from '../contract/operation-table.ts'
import { pathTable } from '../contract/path-table.ts'
import { answerOf } from '../contract/problem.ts'
import { ServiceUnavailable } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'

/** In milliseconds: as long as a request waits for the store. A migration can take much longer. */
const longestWait = 1_500

/** Hands requests to the app as soon as it is there. */
export function untilReady(
  app: Promise<RequestListener>,
  operations: OperationTable,
): RequestListener {
  const refuse = refuseAll(operations)
  return (req, res) => {
    const late = pause(longestWait, refuse, { ref: false })
    void Promise.race([app, late]).then((listener) => listener(req, res))
  }
}

/** In the form in which the operation refuses. */
function refuseAll(operations: OperationTable): RequestListener {
  const find = pathTable(operations)
  return ({ url = '', method = '' }, res) => {
    const [path = ''] = url.split('?', 1)
    const operation = operations[find(path)?.methods.get(method) ?? '']
    send(
      res,
      answerOf(new ServiceUnavailable('The server is starting', 1), operation?.errors ?? 'Problem'),
    )
  }
}
