/**
 * What express-openapi-validator must not see raw: it refuses queries that every client sends, and keeps a compiled
 * validator for ever for each Content-Type it meets, so that anyone could fill the memory by inventing some.
 */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import type { Operation } from './operation-table.ts'
import { BadRequest, type Fault, mostFaults, UnsupportedMediaType } from './refusal.ts'

/** The path without the query, and without the one trailing slash that the seed's paths have. */
export function pathOf(url: string): string {
  const end = url.indexOf('?')
  const path = end < 0 ? url : url.slice(0, end)
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** Writes the query anew, each name and value percent-encoded: `a+b`, `a@b` and `a*b` mean what they mean everywhere. */
export const plainQuery: RequestHandler = function plainQuery(req, _res, next) {
  const end = req.url.indexOf('?')
  if (end < 0) return next()
  const query = req.url
    .slice(end + 1)
    .split('&')
    .filter(Boolean)
    .map(encodeAnew)
    .join('&')
  req.url = req.originalUrl = `${req.url.slice(0, end)}${query && `?${query}`}`
  next()
}

function encodeAnew(pair: string): string {
  const equals = pair.indexOf('=')
  if (equals < 0) return `${strictEncode(pair)}=`
  return `${strictEncode(pair.slice(0, equals))}=${strictEncode(pair.slice(equals + 1))}`
}

function strictEncode(text: string): string {
  try {
    const plain = decodeURIComponent(text.replaceAll('+', ' '))
    return encodeURIComponent(plain).replace(/[!'()*]/g, percent)
  } catch {
    throw new BadRequest('The query is not percent-encoded UTF-8')
  }
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

/** Names every parameter that the operation does not have: express-openapi-validator names the first alone. */
export function knownQuery({ queries }: Operation): RequestHandler {
  return function knownQuery(req, _res, next) {
    const end = req.url.indexOf('?')
    if (end < 0) return next()
    const names = new Set(new URLSearchParams(req.url.slice(end + 1)).keys())
    const unknown = [...names].filter((name) => !queries.includes(name)).slice(0, mostFaults)
    if (unknown.length === 0) return next()
    const faults = unknown.map((name): Fault => {
      const pointer = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`.slice(0, 1000)
      return { in: 'query', pointer, detail: 'is not a parameter of this operation' }
    })
    next(new BadRequest('The request is invalid', { faults }))
  }
}

/** Leaves of the Content-Type one of the operation's own media types, or nothing where there is no body to read. */
export function plainContentType({ request, replies }: Operation): RequestHandler {
  const [onlyType] = request
  const refuse = (message: string) =>
    415 in replies ? new UnsupportedMediaType(message) : new BadRequest(message)

  return function plainContentType(req, _res, next) {
    if (onlyType === undefined) delete req.headers['content-type']
    else if (!hasBody(req)) req.headers['content-type'] = onlyType
    else req.headers['content-type'] = declaredType(req.headers['content-type'])
    next()
  }

  function declaredType(given = ''): string {
    const [type = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase())
    if (!request.includes(type)) throw refuse(`The body must be ${request.join(' or ')}`)
    if (!parameters.every(harmless)) throw refuse('The body must be in UTF-8')
    return type
  }
}

function harmless(parameter: string): boolean {
  return !parameter.startsWith('charset') || /^charset="?utf-8"?$/.test(parameter)
}

function hasBody({ headers }: IncomingMessage): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
}
