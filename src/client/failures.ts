/** The errors of a login or a call, besides those that `fetch` throws: no network, an aborted signal. */
import type { Fault, OAuthError, Problem } from '../../generated/api.ts'

/** The base class of all of them. */
export class TesseraFailure extends Error {
  override readonly name: string = 'TesseraFailure'
  /** For programs: a Problem's `code`, an OAuth error's `error`, or a code of this client. */
  readonly code: string
  /** The status of the response. Undefined if no request was sent. */
  readonly status: number | undefined
  /** Seconds to wait before a retry, if the response has Retry-After; at most 24 days, the longest timer. */
  readonly retryAfter: number | undefined
  /** Identifies the request in the server's log. */
  readonly requestId: string | undefined

  constructor(code: string, message: string, response?: Response, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = response?.status
    this.retryAfter = seconds(response?.headers.get('Retry-After'))
    this.requestId = response?.headers.get('X-Request-Id') ?? undefined
  }
}

/** The server rejected a call (RFC 9457). */
export class ProblemFailure extends TesseraFailure {
  override readonly name = 'ProblemFailure'
  readonly problem: Problem

  constructor({ errors, ...problem }: Problem, response: Response) {
    const faults = areFaults(errors) ? errors : undefined
    super(problem.code, [problem.detail, ...(faults ?? []).map(faultText)].join('; '), response)
    this.problem = faults ? { ...problem, errors: faults } : problem
  }
}

/** The server rejected a login or another form (RFC 6749 §5.2). */
export class OAuthFailure extends TesseraFailure {
  override readonly name = 'OAuthFailure'

  constructor({ error, error_description }: OAuthError, response: Response) {
    super(error, error_description, response)
  }
}

/** There is no session. `cause` is the error response that ended it, if one did. */
export class LoginRequired extends TesseraFailure {
  override readonly name = 'LoginRequired'

  constructor(message: string, options?: ErrorOptions) {
    super('login_required', message, undefined, options)
  }
}

/** A response that is not in the contract: it comes from a proxy, or is incomplete. */
export class UnexpectedResponse extends TesseraFailure {
  override readonly name = 'UnexpectedResponse'

  constructor(response: Response) {
    // A browser hides the status of a redirect.
    const what = response.status || 'a redirect'
    super('unexpected_response', `Not a response of Tessera (${what})`, response)
  }
}

/** The resource still has the `ETag` that the call sent as `If-None-Match`: there is no body. */
export class NotModified extends TesseraFailure {
  override readonly name = 'NotModified'

  constructor(response: Response) {
    super('not_modified', 'The resource has not changed', response)
  }
}

export function failureOf(response: Response, body: unknown): TesseraFailure {
  if (response.status === 304) return new NotModified(response)
  if (isProblem(body)) return new ProblemFailure(body, response)
  if (isOAuthError(body)) return new OAuthFailure(body, response)
  return new UnexpectedResponse(response)
}

const faultText = ({ in: part, pointer, detail }: Fault) => `${part}${pointer} ${detail}`

const isProblem = (body: unknown): body is Problem => has(body, 'code') && has(body, 'detail')
/** A malformed list is dropped; the rest of the Problem is kept. */
const areFaults = (errors: unknown): errors is Fault[] =>
  Array.isArray(errors) &&
  errors.every((each) => has(each, 'in') && has(each, 'pointer') && has(each, 'detail'))
const isOAuthError = (body: unknown): body is OAuthError =>
  has(body, 'error') && has(body, 'error_description')

function has(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, name) === 'string'
}

/** A longer timer fires at once: its milliseconds are a 32-bit signed integer. */
const maxTimerSeconds = Math.floor((2 ** 31 - 1) / 1000)

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). */
function seconds(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const delay = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isNaN(delay) ? undefined : Math.min(Math.max(0, Math.ceil(delay)), maxTimerSeconds)
}
