/** Middleware for every request: metrics, the Host header, the client's address, security headers, CORS. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { isIP, Socket } from 'node:net'
import corsMiddleware from 'cors'
import express, { type RequestHandler } from 'express'
import helmet from 'helmet'
import { exchangeOf, headerValues } from '#contract'
import type { Config } from '../config/config.ts'
import { HttpError } from '../http-error.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** A middleware that needs nothing of Express. */
type HeaderStep = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/** Counts and times every request. */
export function requestMetrics(metrics: Metrics): RequestHandler {
  return function requestMetrics(req, res, next) {
    const start = performance.now()
    res.once('close', () => {
      const status = res.headersSent ? res.statusCode : undefined
      metrics.countRequest(exchangeOf(req)?.operationId, status, (performance.now() - start) / 1000)
    })
    next()
  }
}

const hostRequired = new HttpError(400, 'invalid_request', 'The request must have one Host header')

/** RFC 9112 §3.2: an HTTP/1.1 request has exactly one Host header. */
export const requireOneHost: RequestHandler = function requireOneHost(req, _res, next) {
  const isRefused = req.httpVersion === '1.1' && headerValues(req, 'host').length !== 1
  next(isRefused ? hostRequired : undefined)
}

/** Whether an address is one of TRUST_PROXY, as Express compares them. */
export function trustedProxies(proxies: readonly string[]): (address: string) => boolean {
  const app = express()
  app.set('trust proxy', [...proxies])
  return (address) => app.get('trust proxy fn')(address, 0)
}

/** Makes `req.ip` an address or undefined: a proxy may add a port, or forward a value that is not an address. */
export function normalizeAddress(proxies: readonly string[]): RequestHandler {
  if (proxies.length === 0) return (_req, _res, next) => next()
  return function normalizeAddress(req, _res, next) {
    Object.defineProperty(req, 'ip', { value: addressIn(req.ip ?? '') })
    next()
  }
}

/** The address of `192.0.2.1:8080` and of `[2001:db8::1]:8080`. */
function addressIn(text: string): string | undefined {
  const [, v4] = /^([\d.]+):\d+$/.exec(text) ?? []
  const [, v6] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? []
  const address = v4 ?? v6 ?? text
  return isIP(address) > 0 ? address : undefined
}

/**
 * For responses that are not pages. The documentation sets its own policy. Without an https issuer, browsers are not told to
 * require https (RFC 6797).
 */
export function securityHeaders({
  issuer,
  hstsSubdomains,
}: Pick<Config, 'issuer' | 'hstsSubdomains'>): HeaderStep {
  const isHttps = issuer !== undefined && new URL(issuer).protocol === 'https:'
  return helmet({
    strictTransportSecurity: isHttps && { includeSubDomains: hstsSubdomains },
    xFrameOptions: { action: 'deny' },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
    },
  })
}

/** `*` stands for one label. */
function originPattern(origin: string): string | RegExp {
  if (!origin.includes('*')) return origin
  return new RegExp(`^${RegExp.escape(origin).replace('\\*', '[a-z0-9-]+')}$`)
}

/** For the listed origins only. OPTIONS continues to the router, which knows the methods of a path. */
export function cors(origins: readonly string[]): HeaderStep {
  return origins.length === 0 ? (_req, _res, next) => next() : sharing(origins.map(originPattern))
}

/**
 * The headers of a response to a request that cannot be read. Its origin is unknown, and the response is the same for everyone: if
 * any origin is listed, every page may read it.
 */
export function unreadRequestHeaders(config: Config): Readonly<Record<string, string>> {
  const http = process.getBuiltinModule('node:http')
  const req = new http.IncomingMessage(new Socket())
  const res = new http.ServerResponse(req)
  securityHeaders(config)(req, res, () => {})
  if (config.corsOrigins.length > 0) sharing('*')(req, res, () => {})
  return Object.fromEntries(
    Object.entries(res.getHeaders()).map(([name, value]) => [name, String(value)]),
  )
}

function sharing(origin: '*' | (string | RegExp)[]): HeaderStep {
  return corsMiddleware({
    origin,
    exposedHeaders: [
      ...['WWW-Authenticate', 'Retry-After', 'X-Request-Id', 'ETag', 'Link', 'Location'],
      ...['Allow', 'Accept-Patch'],
    ],
    preflightContinue: true,
    maxAge: 600,
  })
}
