/** The Content-Type of a request: one of the media types of its operation, and nothing beside it. */
import type { IncomingMessage } from 'node:http'
import type { Operation } from './operation-table.ts'
import { BadRequest, UnsupportedMediaType } from './refusal.ts'

/**
 * Leaves one of the operation's own media types in the header, or no header where the operation takes no body. Throws a
 * refusal of any other media type, and of any charset but UTF-8.
 */
export function contentTypeNormalizer({
  request,
  replies,
}: Operation): (req: IncomingMessage) => void {
  const [onlyType] = request
  const refuse = (message: string) =>
    415 in replies ? new UnsupportedMediaType(message) : new BadRequest(message)

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
