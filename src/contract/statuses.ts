/** The types of the statuses that a range such as `2XX`, or `default`, stands for. */

/** The registered statuses (RFC 9110 §15, RFC 6585), and some that are in wide use, except those that a handler cannot choose. */
interface StatusesOfRange {
  '2XX': 200 | 201 | 202 | 203 | 204 | 205 | 206 | 207 | 208 | 226
  '3XX': 300 | 301 | 302 | 303 | 304 | 307 | 308
  '4XX':
    | (400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414)
    | (415 | 416 | 417 | 418 | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451)
  '5XX': 500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 511
}

/** Ranges, and `default` for all of them. */
type Ranges<Range extends keyof StatusesOfRange> = Pick<StatusesOfRange, Range> & {
  default: StatusesOfRange[Range]
}
export type RangesOfSuccess = Ranges<'2XX' | '3XX'>
export type RangesOfErrors = Ranges<'4XX' | '5XX'>

/** The `status` of a response that is declared by a range or `default`: one that the operation declares neither itself, nor by a range. */
export type StatusInit<Of, Key, Responses> = Key extends keyof Of
  ? {
      readonly status: Exclude<
        Of[Key],
        | keyof Responses
        | (Key extends 'default' ? Of[Exclude<keyof Responses & keyof Of, 'default'>] : never)
      >
    }
  : object
