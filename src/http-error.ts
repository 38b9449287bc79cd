/**
 * Errors of any room that a client may see. They carry the status and the code of the contract; the list of an operation
 * (`operations/refusals.ts`) says where they are declared. In any other operation they are defects.
 */
import type { Fault } from '#contract'

interface Details {
  readonly faults?: readonly Fault[]
  /** Private: logged, never sent to the client. */
  readonly cause?: unknown
}

/** The headers are required for an error that has some. */
export type HttpErrorOptions<Headers extends object> = [Headers] extends [never]
  ? [options?: Details]
  : [options: Details & { readonly headers: Headers }]

/** `message` is public. */
export class HttpError<
  Status extends number = number,
  Code extends string = string,
  Headers extends object = never,
> extends Error {
  readonly status: Status
  readonly code: Code
  /** Absent if the error has none. */
  readonly headers: Headers | undefined
  readonly faults: readonly Fault[]

  constructor(
    status: Status,
    code: Code,
    message: string,
    ...[options]: HttpErrorOptions<Headers>
  ) {
    const { headers, faults = [], cause }: Details & { headers?: Headers } = options ?? {}
    super(message, { cause })
    this.name = new.target.name
    this.status = status
    this.code = code
    this.headers = headers
    this.faults = faults
  }
}

/** A request that can be repeated after `retryAfter` seconds. */
export class Unavailable extends HttpError<
  503,
  'temporarily_unavailable',
  { readonly 'Retry-After': number }
> {
  constructor(message: string, retryAfter: number) {
    super(503, 'temporarily_unavailable', message, { headers: { 'Retry-After': retryAfter } })
  }
}
