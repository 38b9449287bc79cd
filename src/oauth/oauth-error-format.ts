/** Formats the errors of the token operations as `OAuthError` (RFC 6749 §5.2). */
import type { ErrorFormat, Fault, Refusal } from '#contract'

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

/** RFC 6749 has few codes: the errors of HTTP itself (404, 405, 413) become `invalid_request`. */
function code({ status, code }: Refusal): string {
  const isKnown = status === 400 || status === 401 || status === 429 || status >= 500
  return isKnown ? code : 'invalid_request'
}

/** A query parameter is not repeated: it could contain a password. */
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
