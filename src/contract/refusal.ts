/** A request that is refused: thrown anywhere below the router, answered in the format of its operation (`error-format.ts`). */

/** One fault of an invalid request: the part of it, a JSON pointer into that part, and what is wrong there. */
export interface Fault {
  readonly in: 'body' | 'path' | 'query' | 'header' | 'cookie'
  readonly pointer: string
  readonly detail: string
}

/** As many as the contract has room for. */
export const maxFaults = 100

export interface RefusalOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly faults?: readonly Fault[]
  /** Private: goes to the log, never to the client. */
  readonly cause?: unknown
}

/** `code` is stable and for programs, `message` is public and for people; `cause` is neither. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string
  readonly headers: Readonly<Record<string, string>>
  readonly faults: readonly Fault[]

  constructor(status: number, code: string, message: string, options: RefusalOptions = {}) {
    super(message, { cause: options.cause })
    this.name = new.target.name
    this.status = status
    this.code = code
    this.headers = options.headers ?? {}
    this.faults = options.faults ?? []
  }
}

/** The refusal behind any error. What is no refusal is a defect. */
export function refusalOf(error: unknown): Refusal {
  return error instanceof Refusal ? error : new InternalServerError(error)
}

// The refusals of HTTP itself (RFC 9110 §15). Others stand beside what throws them.

export class BadRequest extends Refusal {
  constructor(message: string, options?: RefusalOptions) {
    super(400, 'invalid_request', message, options)
  }
}

export class NotFound extends Refusal {
  constructor() {
    super(404, 'not_found', 'There is nothing here')
  }
}

/** What is no HTTP, comes too late, or is too long: it never becomes a request. */
export class UnreadableRequest extends Refusal {
  constructor(status: 400 | 408 | 431) {
    super(status, 'unreadable_request', 'The request cannot be read')
  }
}

export class MethodNotAllowed extends Refusal {
  constructor(allow: string) {
    super(405, 'method_not_allowed', `The methods of this path are ${allow}`, {
      headers: { Allow: allow },
    })
  }
}

export class ContentTooLarge extends Refusal {
  constructor(limit: number) {
    super(413, 'content_too_large', `The body is larger than ${limit} bytes`)
  }
}

export class UnsupportedMediaType extends Refusal {
  constructor(message: string) {
    super(415, 'unsupported_media_type', message)
  }
}

export class InternalServerError extends Refusal {
  constructor(cause: unknown) {
    super(500, 'server_error', 'Internal server error', { cause })
  }
}

/** `retryAfter` in seconds. */
export class ServiceUnavailable extends Refusal {
  constructor(message: string, retryAfter: number, cause?: unknown) {
    super(503, 'temporarily_unavailable', message, {
      headers: { 'Retry-After': String(retryAfter) },
      cause,
    })
  }
}

/** The client hung up before its turn: nobody reads this answer. */
export class ClientGone extends Refusal {
  constructor() {
    super(503, 'temporarily_unavailable', 'The client has gone', {
      headers: { 'Retry-After': '1' },
    })
  }
}
