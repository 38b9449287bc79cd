/** Errors as problem details (RFC 9457). The contract names their schema `Problem`. */

import { statusPhrase } from '../reply/status-phrase.ts'
import type { ErrorFormat } from './error-format.ts'

/** @param typeOf the `type` of an error code: a URI that leads to its explanation */
export function problemDetails(
  typeOf: (code: string) => string = () => 'about:blank',
): ErrorFormat {
  return {
    schema: 'Problem',
    code: ({ code }) => code,
    toResponse({ status, code, message: detail, headers, faults }) {
      const errors = faults.length > 0 ? { errors: faults } : {}
      return {
        status,
        headers: { 'Cache-Control': 'no-store', ...headers },
        mediaType: 'application/problem+json',
        body: { type: typeOf(code), title: statusPhrase(status), status, code, detail, ...errors },
      }
    },
  }
}
