/**
 * The types of refusals: with which statuses, codes and headers an operation may refuse, as its contract declares them.
 *
 * A handler throws what a function of `refuse` makes. `Can` types the part of `refuse` that a function needs which several handlers
 * call; the `refuse` of an operation that declares less is not assignable to it.
 *
 *     throw refuse[404]('not_found', 'Not found')
 *
 *     function requireMatch(tag: string, row: Row, refuse: Can<412, 'precondition_failed'>) {
 *       if (tag !== row.tag) throw refuse[412]('precondition_failed', 'The resource has changed')
 *     }
 */

import type { Exactly } from '../exactly.ts'
import type {
  ContractTypes,
  Entry,
  HeadersOf,
  OperationId,
  Requirement,
  ResponsesOf,
} from '../handler.ts'
import type { RangesOfErrors, StatusInit } from '../statuses.ts'
import type { Refusal, RefusalOptions } from './refusal.ts'

type Failure = `${4 | 5}${string}`

/** The declared statuses of errors, ranges of them such as `4XX`, and `default`. */
type ErrorKeyOf<Responses> =
  | {
      [Status in keyof Responses & number]: `${Status}` extends Failure ? Status : never
    }[keyof Responses & number]
  | (keyof Responses & keyof RangesOfErrors)

/** The `x-codes` of the response; any text if it has none. */
type CodeOf<C extends ContractTypes, Id, Key extends string | number> =
  Entry<C, Id> extends { readonly codes: { readonly [K in `${Key}`]: readonly (infer Code)[] } }
    ? Code & string
    : string

/** The error formats set them (`error-format.ts`). */
type SetByFormat = 'Cache-Control' | 'Pragma'

type Given<Headers> = Omit<Headers, SetByFormat> &
  Partial<Pick<Headers, SetByFormat & keyof Headers>>

type Details = Omit<RefusalOptions, 'headers'>

/** The declared headers. Those that the contract requires must be given. */
type HeadersInit<Headers, Actual> = object extends Headers
  ? { readonly headers?: Exact<Headers, Actual> }
  : { readonly headers: Exact<Headers, Actual> }

type Exact<Headers, Actual> = Headers & Exactly<Actual, Headers>

type Options<Status, Headers, Actual> = Details & Status & HeadersInit<Headers, Actual>

type RefuseWith<Code extends string, Status, Headers> =
  object extends Options<Status, Headers, Headers>
    ? <const Actual>(
        code: Code,
        message: string,
        options?: Options<Status, Headers, Actual>,
      ) => Refusal
    : <const Actual>(
        code: Code,
        message: string,
        options: Options<Status, Headers, Actual>,
      ) => Refusal

/** A function for each status, range and `default` of the errors that the operation declares. It makes an error, to be thrown. */
export type Refuse<C extends ContractTypes, Id> = {
  readonly [Key in ErrorKeyOf<ResponsesOf<C, Id>>]: RefuseWith<
    CodeOf<C, Id, Key>,
    StatusInit<RangesOfErrors, Key, ResponsesOf<C, Id>>,
    Given<HeadersOf<ResponsesOf<C, Id>[Key]>>
  >
}

/** Of all operations: a function needs what each of them declares. */
export type RefuseOfAll<C extends ContractTypes> = {
  [Id in OperationId<C>]: Refuse<C, Id>
}[OperationId<C>]

/** The names of the security schemes of operations. One operation at a time: together, `{}` would stand for all their requirements. */
export type SchemesOf<C extends ContractTypes, Id> = Id extends unknown
  ? KeysOf<Requirement<C, Id>>
  : never
type KeysOf<Schemes> = Schemes extends unknown ? keyof Schemes : never

/** A check refuses with any code where the contract declares no 401 or 403: the layer sends them in any case. */
type RefuseUndeclared = (
  code: string,
  message: string,
  options?: Details & { readonly headers?: Readonly<Record<string, string>> },
) => Refusal

/** `Refuse` for security checks: with 401 and 403, declared or not. */
type RefuseOfCheck<C extends ContractTypes, Id> = Refuse<C, Id> & {
  readonly [Status in Exclude<401 | 403, ErrorKeyOf<ResponsesOf<C, Id>>>]: RefuseUndeclared
}

/** What the check of a security scheme may refuse with: what each operation with this scheme declares, and 401 and 403. */
export type RefuseOfScheme<C extends ContractTypes, Scheme> = [
  RefuseOfUsers<C, Scheme, OperationId<C>>,
] extends [never]
  ? { readonly 401: RefuseUndeclared; readonly 403: RefuseUndeclared }
  : RefuseOfUsers<C, Scheme, OperationId<C>>

type RefuseOfUsers<C extends ContractTypes, Scheme, Id> = Id extends unknown
  ? Scheme extends SchemesOf<C, Id>
    ? RefuseOfCheck<C, Id>
    : never
  : never

/**
 * The part of `refuse` that a function needs. Several are combined by `&`. `Headers` are those that it sets.
 *
 *     Can<412, 'precondition_failed'> & Can<429, 'too_many', { 'Retry-After': number }>
 */
export type Can<Status extends number, Code extends string, Headers extends object = never> = {
  readonly [S in Status]: [Headers] extends [never]
    ? (code: Code, message: string, options?: Details) => Refusal
    : (code: Code, message: string, options: Details & { readonly headers: Headers }) => Refusal
}
