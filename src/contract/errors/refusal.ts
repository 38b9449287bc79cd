/**
 * Refusals: errors that a route turns into an error response in the format of the operation (`error-format.ts`). The layer makes its
 * own; a handler gets a function for each that its operation declares (`refuse.ts`).
 */

/** One fault of an invalid request: a part of the request, a JSON pointer into that part, and what is wrong. */
export interface Fault {
  readonly in: 'body' | 'path' | 'query' | 'header' | 'cookie'
  readonly pointer: string
  readonly detail: string
}

export interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The parts of the request that are at fault. */
  readonly faults?: readonly Fault[] | undefined
  /** Private: logged, never sent to the client. */
  readonly cause?: unknown
}

/** `code` is stable, for programs. `message` is public, for people. `cause` is private. It cannot be changed. */
export class Refusal extends Error {
  /** The `refuse` that has made it. Undefined if the layer itself has. */
  readonly #madeBy: object | undefined
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  readonly faults: readonly Fault[]

  constructor(
    status: number,
    code: string,
    message: string,
    options: RefusalOptions = {},
    madeBy?: object,
  ) {
    super(message, { cause: options.cause })
    this.#madeBy = madeBy
    this.name = new.target.name
    this.status = status
    this.code = code
    this.headers = Object.freeze({ ...options.headers })
    this.faults = Object.freeze([...(options.faults ?? [])])
    Object.freeze(this)
  }

  /** The types cannot require it of what is thrown; this checks it at run time. */
  static isMadeBy(refuse: object | undefined, error: unknown): error is Refusal {
    return error instanceof Refusal && #madeBy in error && error.#madeBy === refuse
  }

  /** The same refusal, of the same maker, with other texts. */
  static changed(
    refusal: Refusal,
    { message, ...changes }: RefusalOptions & { readonly message?: string },
  ): Refusal {
    const { status, code, headers, faults, cause } = refusal
    const options = { headers, faults, cause, ...changes }
    return new Refusal(status, code, message ?? refusal.message, options, refusal.#madeBy)
  }
}

/** Whether the layer itself has made the refusal, and no `refuse`. */
export function isOfLayer(error: unknown): error is Refusal {
  return Refusal.isMadeBy(undefined, error)
}

// The refusals of the layer itself (RFC 9110 §15).

export class BadRequest extends Refusal {
  constructor(message: string, options?: RefusalOptions) {
    super(400, 'invalid_request', message, options)
  }
}

export class MethodNotAllowed extends Refusal {
  constructor(allow: string) {
    super(405, 'method_not_allowed', `Method not allowed: use ${allow}`, {
      headers: { Allow: allow },
    })
  }
}

export class ContentTooLarge extends Refusal {
  constructor(limit: number, what = 'The body') {
    super(413, 'content_too_large', `${what} is larger than ${limit} bytes`)
  }
}

export class UnsupportedMediaType extends Refusal {
  constructor(message: string, headers: Readonly<Record<string, string>> = {}) {
    super(415, 'unsupported_media_type', message, { headers })
  }
}

export class InternalServerError extends Refusal {
  constructor(cause: unknown) {
    super(500, 'server_error', 'Internal server error', { cause })
  }
}

// Code that gets a refusal must not get the means to make another.
for (const { prototype } of [
  Refusal,
  BadRequest,
  MethodNotAllowed,
  ContentTooLarge,
  UnsupportedMediaType,
  InternalServerError,
])
  Object.defineProperty(prototype, 'constructor', { value: Error })
