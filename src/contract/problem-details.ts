/** Errors as problem details (RFC 9457). The contract names their schema `Problem`. */
import type { ErrorFormat } from './error-format.ts'
import { statusPhrase } from './status-phrase.ts'

export const problemDetails: ErrorFormat = {
  schema: 'Problem',
  code: ({ code }) => code,
  toResponse({ status, code, message: detail, headers, faults }) {
    const title = statusPhrase(status)
    const errors = faults.length > 0 ? { errors: faults } : {}
    return {
      status,
      headers: { 'Cache-Control': 'no-store', ...headers },
      mediaType: 'application/problem+json',
      body: { type: 'about:blank', title, status, code, detail, ...errors },
    }
  },
}
