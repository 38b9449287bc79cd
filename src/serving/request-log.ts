/** One log line per request, with the cause of a refusal. It has no headers, body or query, which may contain tokens and passwords. */
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { addLogFields, exchangeOf, type Refusal } from '#contract'
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
    const startedAt = performance.now()
    res.once('close', () => {
      const { writableFinished } = res
      const status = res.headersSent ? res.statusCode : undefined
      const level = levelOf(status)
      if (!log.isLevelEnabled(level)) return
      const { operationId, logFields } = exchangeOf(req) ?? {}
      const ms = Math.round((performance.now() - startedAt) * 100) / 100
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
      log[level](line, writableFinished ? 'request completed' : 'client disconnected')
    })
    next()
  }
}

/** A 500 is a bug, a 503 needs attention, every other refusal is caused by the client. */
function levelOf(status: number | undefined): 'error' | 'warn' | 'info' {
  if (status === 500) return 'error'
  return status === 503 ? 'warn' : 'info'
}

/** Adds the code and the cause of a refusal to the line of its request. Without a cause, the message to the client. */
export function refusalLog(log: Log): (refusal: Refusal, req: Request, code: string) => void {
  return ({ name, status, message, cause: given }, req, code) => {
    const isBug = status === 500
    const cause = given ?? (name === 'InternalServerError' ? `${given} was thrown` : message)
    const why = { code, cause: reasonOf(cause), ...(isBug && { err: cause }) }
    if (!isBug || !req.res?.closed) return addLogFields(req, why)
    // The client has disconnected and the line is written: the bug needs a line of its own.
    const requestId = req.res.getHeader('X-Request-Id')
    log.error({ requestId, ...why }, 'failed after the client disconnected')
  }
}

/** Cut at the first unusual character. Long segments are replaced: they may be tokens. */
function loggedPath(url: string): string {
  if (!/^\/(?!\/)/.test(url)) return '…'
  const [path = ''] = url.split('?', 1)
  return path.replace(/[^\w/.-].*$/s, '…').replace(/[^/]{41,}/g, '…')
}

/** Later versions may append fields after a hyphen; version ff is invalid. */
const traceparent =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/

/** The trace id of a request (W3C Trace Context §3.2). An invalid header is ignored. */
export function traceIdIn(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined
  const [, version, traceId, more] = traceparent.exec(header) ?? []
  return version === '00' && more !== undefined ? undefined : traceId
}
