/** One line per request, with no header, no body and no query in it: that is where tokens and passwords are. */
import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import { exchangeOf } from './contract/exchange.ts'
import type { Log } from './log.ts'

export function requestLog(log: Log): RequestHandler {
  return function requestLog(req, res, next) {
    const requestId = randomUUID()
    res.setHeader('X-Request-Id', requestId)
    if (!log.isLevelEnabled('info')) return next()
    const { method } = req
    const path = loggedPath(req.url)
    const address = req.ip
    const traceId = traceIdIn(req.headers.traceparent)
    const begun = performance.now()
    res.once('close', () => {
      const { writableFinished } = res
      const status = res.headersSent ? res.statusCode : undefined
      const { operationId, noted } = exchangeOf(req) ?? {}
      const ms = Math.round((performance.now() - begun) * 100) / 100
      const line = { requestId, traceId, method, path, operationId, status, ms, address, ...noted }
      log.info(line, writableFinished ? 'answered' : 'the client hung up')
    })
    next()
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
