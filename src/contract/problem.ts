/** Every error becomes an answer here: a Problem (RFC 9457), or for the token operations an OAuth error (RFC 6749 §5.2). */
import type { ErrorFormat } from './operation-table.ts'
import {
  BadRequest,
  ContentTooLarge,
  type Fault,
  InternalServerError,
  mostFaults,
  NotFound,
  Refusal,
} from './refusal.ts'
import type { Answer } from './reply.ts'
import { statusPhrase } from './status-phrase.ts'

/** The refusal behind any error: one of ours, the validator's, the body parser's, or a defect. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (isInvalidRequest(error)) {
    const faults = error.errors.filter(isFault).slice(0, mostFaults).map(faultOf)
    // No cause: its text repeats the names in a query, and somebody may have put a password there.
    return new BadRequest('The request is invalid', { faults })
  }
  if (isTooLarge(error)) return new ContentTooLarge(error.limit)
  if (statusOf(error) === 404) return new NotFound()
  if (isClientFault(error))
    return new BadRequest('The request is malformed', { cause: kindOf(error) })
  return new InternalServerError(error)
}

export function answerOf(refusal: Refusal, format: ErrorFormat): Answer {
  return format === 'OAuthError' ? oauthError(refusal) : problem(refusal)
}

/** The code that the answer has. */
export function codeOf({ status, code }: Refusal, format: ErrorFormat): string {
  if (format === 'Problem') return code
  // RFC 6749 has few codes: what HTTP refuses (404, 405, 413) is an invalid request to OAuth.
  const oauthKnowsIt = status === 400 || status === 401 || status === 429 || status >= 500
  return oauthKnowsIt ? code : 'invalid_request'
}

function problem(refusal: Refusal): Answer {
  const { status, message: detail, faults } = refusal
  const code = codeOf(refusal, 'Problem')
  const title = statusPhrase(status)
  const errors = faults.length > 0 ? { errors: faults } : {}
  return {
    status,
    headers: { 'Cache-Control': 'no-store', ...refusal.headers },
    mediaType: 'application/problem+json',
    body: { type: 'about:blank', title, status, code, detail, ...errors },
  }
}

function oauthError(refusal: Refusal): Answer {
  const faults = [...new Set(refusal.faults.map(describe))]
  const description = faults.length > 0 ? faults.join('; ') : refusal.message
  return {
    status: refusal.status,
    headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache', ...refusal.headers },
    mediaType: 'application/json',
    body: { error: codeOf(refusal, 'OAuthError'), error_description: printable(description) },
  }
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

// ── Errors of express-openapi-validator and body-parser, told apart by their shape: neither exports them all ─────────

interface ValidatorError {
  readonly status: 400
  readonly errors: readonly { path: string; message: string; errorCode?: string }[]
}

function isInvalidRequest(error: unknown): error is ValidatorError {
  return (
    statusOf(error) === 400 &&
    error instanceof Error &&
    'errors' in error &&
    Array.isArray(error.errors)
  )
}

function isTooLarge(error: unknown): error is { limit: number } {
  return statusOf(error) === 413 && error instanceof Error && 'limit' in error
}

function isClientFault(error: unknown): error is Error {
  const status = statusOf(error) ?? 0
  return status >= 400 && status < 500
}

/** Its text may repeat a header. */
function kindOf(error: Error): string {
  return 'type' in error && typeof error.type === 'string' ? error.type : error.name
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error && 'status' in error)) return undefined
  return typeof error.status === 'number' ? error.status : undefined
}

const parts: Readonly<Record<string, Fault['in']>> = {
  body: 'body',
  query: 'query',
  params: 'path',
  headers: 'header',
  cookies: 'cookie',
}

/** The failure of a condition says nothing that the failure of its branch has not said. */
function isFault({ errorCode }: ValidatorError['errors'][number]): boolean {
  return errorCode !== 'if.openapi.validation'
}

/** What is said of a value that its pattern refuses. */
export const ofNoSuchForm = 'has characters or a form that the contract does not allow'

/** Where the validator's own words would be for programs: a pattern is no sentence. */
function detailOf(errorCode = ''): string | undefined {
  const [keyword = ''] = errorCode.split('.')
  if (['required', 'dependentRequired'].includes(keyword)) return 'is required'
  if (keyword === 'pattern') return ofNoSuchForm
  return undefined
}

/** `/body/username` → `username` of the body. */
function faultOf({ path, message, errorCode }: ValidatorError['errors'][number]): Fault {
  const [, part = '', ...rest] = path.split('/')
  const pointer = rest.map((name) => `/${name}`).join('')
  const detail = detailOf(errorCode) ?? message
  return {
    in: parts[part] ?? 'path',
    pointer: pointer.slice(0, 1000),
    detail: detail.slice(0, 1000),
  }
}
