/** Errors as problem details (RFC 9457). The contract names their schema `Problem`. */

import { statusPhrase } from '../reply/status-phrase.ts'
import type { ErrorFormat } from './error-format.ts'

/** What they send, so that `serve` can compare the schemas at the start. */
export const problemContent = {
  mediaType: 'application/problem+json',
  fields: ['type', 'title', 'status', 'code', 'detail'],
  /** Of an error with faults. */
  fieldsOfFaults: ['errors'],
} as const

/** The functions that `problemDetails` has made: a format may have other parts of its own. */
const made = new WeakSet<ErrorFormat['toResponse']>()

/** @param typeOf the `type` of an error code: a URI that leads to its explanation */
export function problemDetails(
  typeOf: (code: string) => string = () => 'about:blank',
): ErrorFormat {
  const format: ErrorFormat = {
    schema: 'Problem',
    code: ({ code }) => code,
    toResponse({ status, code, message: detail, headers, faults }) {
      const errors = faults.length > 0 ? { errors: faults } : {}
      return {
        status,
        headers: { 'Cache-Control': 'no-store', ...headers },
        mediaType: problemContent.mediaType,
        body: { type: typeOf(code), title: statusPhrase(status), status, code, detail, ...errors },
      }
    },
  }
  made.add(format.toResponse)
  return format
}

/** Whether the format sends `problemContent`. */
export function sendsProblems({ toResponse }: ErrorFormat): boolean {
  return made.has(toResponse)
}
