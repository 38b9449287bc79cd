/** Normalizes the Content-Type of a request to a media type of its operation. */
import type { IncomingMessage } from 'node:http'
import type { Operation } from './operation-table.ts'
import { BadRequest, UnsupportedMediaType } from './refusal.ts'
import { responseKey } from './response-key.ts'

/**
 * The header becomes one of the operation's media types without parameters; it is removed if the operation has no request body.
 * Throws an `UnsupportedMediaType` (a `BadRequest` if 415 is not declared) for a different media type or charset. For PATCH, it has
 * `Accept-Patch` (RFC 5789 §2.2).
 */
export function contentTypeNormalizer({
  method,
  request,
  responses,
}: Operation): (req: IncomingMessage) => void {
  const [onlyType] = request
  const headers = method === 'patch' ? { 'Accept-Patch': request.join(', ') } : {}
  const refuse = (message: string) =>
    responseKey(responses, 415)
      ? new UnsupportedMediaType(message, headers)
      : new BadRequest(message)

  return function normalizeContentType({ headers }) {
    if (onlyType === undefined) delete headers['content-type']
    else headers['content-type'] = hasBody(headers) ? declaredType(headers) : onlyType
  }

  function declaredType({ 'content-type': given = '' }: IncomingMessage['headers']): string {
    const [type = '', ...parameters] = given.split(';').map((part) => part.trim().toLowerCase())
    if (!request.includes(type)) throw refuse(`The body must be ${request.join(' or ')}`)
    if (!parameters.every(isHarmless)) throw refuse('The body must be in UTF-8')
    return type
  }
}

function isHarmless(parameter: string): boolean {
  return !parameter.startsWith('charset') || /^charset="?utf-8"?$/.test(parameter)
}

function hasBody(headers: IncomingMessage['headers']): boolean {
  return 'transfer-encoding' in headers || Number(headers['content-length'] ?? 0) > 0
}
