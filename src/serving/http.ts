/** What every request and every answer has, whatever it is about: one host, one address, and the headers that protect a browser. */
import { IncomingMessage, ServerResponse } from 'node:http'
import { isIP, Socket } from 'node:net'
import corsMiddleware from 'cors'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { exchangeOf } from '../contract/exchange.ts'
import { headerValues } from '../contract/header-values.ts'
import { BadRequest } from '../contract/refusal.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** Counts and times every request. */
export function requestMetrics(metrics: Metrics): RequestHandler {
  return function requestMetrics(req, res, next) {
    const begun = performance.now()
    res.once('close', () => {
      const status = res.headersSent ? res.statusCode : undefined
      metrics.answered(exchangeOf(req)?.operationId, status, (performance.now() - begun) / 1000)
    })
    next()
  }
}

/** RFC 9112 §3.2: a request of HTTP/1.1 names one host. */
export const oneHost: RequestHandler = function oneHost(req, _res, next) {
  const isRefused = req.httpVersion === '1.1' && headerValues(req, 'host').length !== 1
  next(isRefused ? new BadRequest('The request must have one Host header') : undefined)
}

/** What a proxy says of an address is believed as far as it is one: it may have written a port, or passed on what it was told. */
export function plainAddress(proxies: readonly string[]): RequestHandler {
  if (proxies.length === 0) return (_req, _res, next) => next()
  return function plainAddress(req, _res, next) {
    Object.defineProperty(req, 'ip', { value: addressIn(req.ip ?? '') })
    next()
  }
}

/** `192.0.2.1:8080` and `[2001:db8::1]:8080` have a port. */
function addressIn(text: string): string | undefined {
  const [, v4] = /^([\d.]+):\d+$/.exec(text) ?? []
  const [, v6] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? []
  const address = v4 ?? v6 ?? text
  return isIP(address) > 0 ? address : undefined
}

/** Nothing that this server answers is a page, but for the documentation, which says so itself. */
export function securityHeaders(): RequestHandler {
  const headers = headersOf(
    helmet({
      xFrameOptions: { action: 'deny' },
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      },
    }),
  )
  return function securityHeaders(_req, res, next) {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

/** Helmet's are the same on every answer: its twelve steps are taken once. */
function headersOf(middleware: ReturnType<typeof helmet>): readonly (readonly [string, string])[] {
  const headers: [string, string][] = []
  const res = new ServerResponse(new IncomingMessage(new Socket()))
  res.setHeader = (name, value) => {
    headers.push([name, String(value)])
    return res
  }
  middleware(res.req, res, () => {})
  return headers
}

/** For the listed origins only. OPTIONS goes on to the router, which knows the methods of a path. */
export function cors(origins: readonly string[]): RequestHandler {
  if (origins.length === 0) return (_req, _res, next) => next()
  return corsMiddleware({
    origin: [...origins],
    exposedHeaders: ['WWW-Authenticate', 'Retry-After', 'X-Request-Id', 'ETag', 'Link', 'Location'],
    preflightContinue: true,
    maxAge: 600,
  })
}
