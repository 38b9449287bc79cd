/** Errors of the token operations, in the schema `OAuthError` (RFC 6749 §5.2). */
import type { ErrorFormat } from '../contract/error-format.ts'
import type { Fault, Refusal } from '../contract/refusal.ts'

export const oauthErrors: ErrorFormat = {
  schema: 'OAuthError',
  code,
  toResponse(refusal) {
    const faults = [...new Set(refusal.faults.map(describe))]
    const description = faults.length > 0 ? faults.join('; ') : refusal.message
    return {
      status: refusal.status,
      headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...refusal.headers },
      mediaType: 'application/json',
      body: { error: code(refusal), error_description: printable(description) },
    }
  },
}

/** RFC 6749 has few codes: what HTTP refuses (404, 405, 413) is an invalid request to OAuth. */
function code({ status, code }: Refusal): string {
  const isKnown = status === 400 || status === 401 || status === 429 || status >= 500
  return isKnown ? code : 'invalid_request'
}

/** A query is not repeated: somebody may have put a password there. */
function describe({ in: part, pointer, detail }: Fault): string {
  if (part === 'query') return 'Parameters belong in the body, not in the query'
  return `${pointer.slice(1)} ${detail}`
}

/** RFC 6749 §5.2 allows %x20-21 / %x23-5B / %x5D-7E. */
function printable(text: string): string {
  return text
    .replaceAll('"', "'")
    .replace(/[^\x20-\x21\x23-\x5B\x5D-\x7E]/g, '?')
    .slice(0, 1000)
}
