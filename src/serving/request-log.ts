/** One line per request, which says of a refused one why, with no header, no body and no query in it: that is where tokens and passwords are. */
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { addLogFields, exchangeOf } from '../contract/exchange.ts'
import type { Refusal } from '../contract/refusal.ts'
import { type Log, reasonOf } from '../telemetry/log.ts'

export function requestLog(log: Log): RequestHandler {
  return function requestLog(req, res, next) {
    const requestId = randomUUID()
    res.setHeader('X-Request-Id', requestId)
    if (!log.isLevelEnabled('error')) return next()
    const { method } = req
    const path = loggedPath(req.url)
    const address = req.ip
    const traceId = traceIdIn(req.headers.traceparent)
    const begun = performance.now()
    res.once('close', () => {
      const { writableFinished } = res
      const status = res.headersSent ? res.statusCode : undefined
      const level = levelOf(status)
      if (!log.isLevelEnabled(level)) return
      const { operationId, logFields } = exchangeOf(req) ?? {}
      const ms = Math.round((performance.now() - begun) * 100) / 100
      const line = {
        requestId,
        traceId,
        method,
        path,
        operationId,
        status,
        ms,
        address,
        ...logFields,
      }
      log[level](line, writableFinished ? 'answered' : 'the client hung up')
    })
    next()
  }
}

/** A refusal is the client's affair; a 503 is to be looked into, and a 500 is ours. */
function levelOf(status: number | undefined): 'error' | 'warn' | 'info' {
  if (status === 500) return 'error'
  return status === 503 ? 'warn' : 'info'
}

/** Has the line of a request say what it is refused with: the code of the answer, and the cause, or what the client is told where it has none. */
export function refusalLog(log: Log): (refusal: Refusal, req: Request, code: string) => void {
  return ({ status, message, cause = message }, req, code) => {
    const isDefect = status === 500
    const why = { code, cause: reasonOf(cause), ...(isDefect && { err: cause }) }
    if (!isDefect || !req.res?.closed) return addLogFields(req, why)
    // The client has hung up, and the line is written: nobody else tells of a defect.
    const requestId = req.res.getHeader('X-Request-Id')
    log.error({ requestId, ...why }, 'failed after the client had hung up')
  }
}

/** As far as it is plainly a path: what follows may be anything, and a segment as long as a token may be one. */
function loggedPath(url: string): string {
  if (!/^\/(?!\/)/.test(url)) return '…'
  const [path = ''] = url.split('?', 1)
  return path.replace(/[^\w/.-].*$/s, '…').replace(/[^/]{41,}/g, '…')
}

/** Later versions may say more behind a further hyphen; ff is none. */
const traceparent =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** The trace that a request belongs to (W3C Trace Context §3.2). What is not to the letter counts as absent. */
export function traceIdIn(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  const [, version, traceId, more] = traceparent.exec(header) ?? []
  return version === '00' && more !== undefined ? undefined : traceId
}
