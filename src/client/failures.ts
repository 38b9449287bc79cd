/** What a login or a call can fail with, apart from what `fetch` itself throws: no network, or an aborted signal. */
import type { Fault, OAuthError, Problem } from '../../generated/api.ts'

/** Any of them. */
export class TesseraFailure extends Error {
  override readonly name: string = 'TesseraFailure'
  /** What is wrong, for programs: a Problem's `code`, an OAuth error's `error`, or this client's own. */
  readonly code: string
  /** Of the answer; nothing where the server was not asked. */
  readonly status: number | undefined
  /** How many seconds to wait before the next try, where the answer says so; at most what a timer can wait, 24 days. */
  readonly retryAfter: number | undefined
  /** What to look for in the server's log. */
  readonly requestId: string | undefined

  constructor(code: string, message: string, response?: Response, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = response?.status
    this.retryAfter = seconds(response?.headers.get('Retry-After'))
    this.requestId = response?.headers.get('X-Request-Id') ?? undefined
  }
}

/** A call was refused (RFC 9457). */
export class ProblemFailure extends TesseraFailure {
  override readonly name = 'ProblemFailure'
  readonly problem: Problem

  constructor({ errors, ...problem }: Problem, response: Response) {
    const faults = areFaults(errors) ? errors : undefined
    super(problem.code, [problem.detail, ...(faults ?? []).map(said)].join('; '), response)
    this.problem = faults ? { ...problem, errors: faults } : problem
  }
}

/** A login, or another form, was refused (RFC 6749 §5.2). */
export class OAuthFailure extends TesseraFailure {
  override readonly name = 'OAuthFailure'

  constructor({ error, error_description }: OAuthError, response: Response) {
    super(error, error_description, response)
  }
}

/** There is no session, or no more. `cause` is the refusal that ended it, where one did. */
export class LoginRequired extends TesseraFailure {
  override readonly name = 'LoginRequired'

  constructor(message: string, options?: ErrorOptions) {
    super('login_required', message, undefined, options)
  }
}

/** An answer that the contract does not know: something else answered in the server's place, or half of it was lost. */
export class UnexpectedAnswer extends TesseraFailure {
  override readonly name = 'UnexpectedAnswer'

  constructor(response: Response) {
    super('unexpected_answer', `An answer that is not Tessera's (${response.status})`, response)
  }
}

export function failureOf(response: Response, body: unknown): TesseraFailure {
  if (isProblem(body)) return new ProblemFailure(body, response)
  if (isOAuthError(body)) return new OAuthFailure(body, response)
  return new UnexpectedAnswer(response)
}

const said = ({ in: part, pointer, detail }: Fault) => `${part}${pointer} ${detail}`

const isProblem = (body: unknown): body is Problem => has(body, 'code') && has(body, 'detail')
/** What is none is left out: the rest is worth telling. */
const areFaults = (errors: unknown): errors is Fault[] =>
  Array.isArray(errors) &&
  errors.every((each) => has(each, 'in') && has(each, 'pointer') && has(each, 'detail'))
const isOAuthError = (body: unknown): body is OAuthError =>
  has(body, 'error') && has(body, 'error_description')

function has(body: unknown, name: string): boolean {
  return typeof body === 'object' && body !== null && typeof Reflect.get(body, name) === 'string'
}

/** A longer timer ends at once: it keeps its milliseconds in 31 bits. */
const aTimersMost = Math.floor((2 ** 31 - 1) / 1000)

/** Retry-After is a number of seconds or a date (RFC 9110 §10.2.3). */
function seconds(text: string | null | undefined): number | undefined {
  if (!text) return undefined
  const given = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isNaN(given) ? undefined : Math.min(Math.max(0, Math.ceil(given)), aTimersMost)
}
