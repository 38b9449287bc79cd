/** Finds the media type of an operation that a request has. */
import type { IncomingHttpHeaders } from 'node:http'
import { declaredTypeOf, kindOf } from '../document/media-type.ts'
import type { Operation } from '../document/operation-table.ts'
import { responseKey } from '../document/response-key.ts'
import { BadRequest, type Refusal, UnsupportedMediaType } from '../errors/refusal.ts'

/**
 * Returns the declared media type of the request, undefined if the operation has no request body. Throws what `unsupported` makes for
 * a different media type or charset, or a compressed body.
 */
export function mediaTypeReader(
  operation: Operation,
): (headers: IncomingHttpHeaders) => string | undefined {
  const { request } = operation
  const refuse = (message: string) => unsupported(operation, message)
  return function mediaTypeOf(headers) {
    const [onlyType] = request
    if (onlyType === undefined || !hasBody(headers)) return onlyType
    const { 'content-type': given = '', 'content-encoding': encoding = 'identity' } = headers
    if (encoding.toLowerCase() !== 'identity') throw refuse('The body must not be compressed')
    const declared = given.includes('*') ? undefined : declaredTypeOf(request, given)
    if (declared === undefined) throw refuse(`The body must be ${request.join(' or ')}`)
    const [, ...parameters] = given.split(';').map((part) => part.trim().toLowerCase())
    if (kindOf(declared) !== 'bytes' && !parameters.every(isHarmless))
      throw refuse('The body must be in UTF-8')
    return declared
  }
}

/** A `BadRequest` if 415 is not declared. For PATCH, a 415 has `Accept-Patch` (RFC 5789 §2.2). */
export function unsupported({ method, request, responses }: Operation, message: string): Refusal {
  if (!responseKey(responses, 415)) return new BadRequest(message)
  const headers = method === 'patch' ? { 'Accept-Patch': request.join(', ') } : {}
  return new UnsupportedMediaType(message, headers)
}

function isHarmless(parameter: string): boolean {
  return !parameter.startsWith('charset') || /^charset="?utf-8"?$/.test(parameter)
}

export function hasBody(headers: IncomingHttpHeaders): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
}
