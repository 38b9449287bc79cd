/** What every request and every answer has, whatever it is about: a log line, and the headers that protect a browser. */
import { randomUUID } from 'node:crypto'
import corsMiddleware from 'cors'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { pinoHttp } from 'pino-http'
import { exchangeOf } from './contract/exchange.ts'
import type { Log } from './log.ts'

/** One line per request. The path without its query: somebody may have put a password there. */
export function requestLog(logger: Log): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (_req, res) => {
      const id = randomUUID()
      res.setHeader('X-Request-Id', id)
      return id
    },
    quietReqLogger: true,
    customAttributeKeys: { reqId: 'requestId' },
    customSuccessMessage: () => 'answered',
    customErrorMessage: () => 'answered',
    customLogLevel: (_req, res) => (res.statusCode >= 500 ? 'warn' : 'info'),
    customSuccessObject: (req, res, { responseTime }) => ({
      method: req.method,
      path: (req.url ?? '').split('?', 1)[0],
      operationId: exchangeOf(req)?.operationId,
      status: res.statusCode,
      ms: responseTime,
      address: req.socket.remoteAddress,
    }),
    customErrorObject: (req, res, _error, { responseTime }) => ({
      method: req.method,
      path: (req.url ?? '').split('?', 1)[0],
      operationId: exchangeOf(req)?.operationId,
      status: res.statusCode,
      ms: responseTime,
    }),
  })
}

/** Nothing that this server answers is a page, but for the documentation, which says so itself. */
export function securityHeaders(): RequestHandler {
  return helmet({
    xFrameOptions: { action: 'deny' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  })
}

/** For the listed origins only. OPTIONS goes on to the router, which knows the methods of a path. */
export function cors(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_req, _res, next) => next()
  return corsMiddleware({
    origin: [...origins],
    exposedHeaders: ['WWW-Authenticate', 'Retry-After', 'X-Request-Id'],
    preflightContinue: true,
    maxAge: 600,
  })
}
