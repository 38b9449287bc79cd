/** What `contractTests` is told about a server. */
import type { RequestListener } from 'node:http'
import type { ContractTypes, OperationId } from '../handler.ts'

/** The values of a request, by name. What is absent stays as the kit has made it; a field that is undefined is removed. */
export interface RequestValues {
  readonly path: Values
  readonly query: Values
  readonly header: Values
  readonly cookie: Values
  /** JSON and forms as a value, anything else as text, bytes or a Blob. A file of a form is bytes, a Blob, or a File with its name. */
  readonly body: unknown
}

type Values = Readonly<Record<string, unknown>>

export interface RequestToMake extends RequestValues {
  /** The names of the security schemes whose credentials it will have. */
  readonly schemes: readonly string[]
}

/** The values by name: headers; cookies or query parameters for a scheme that puts its key there. */
export type Credentials = Readonly<Record<string, string>>

/** A server: its URL; an Express app or another request listener; or a function that starts one. */
export type TestedServer = string | URL | RequestListener | Starter

export type Starter = () => Awaitable<StartedServer | RequestListener>

export interface StartedServer {
  readonly url: string | URL
  readonly stop?: () => unknown
}

export interface AskedResponse {
  readonly status: number
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Sends a valid request of the operation, with these values instead of those of the kit, which are the same in each call. */
export type Ask = (
  changes?: Partial<RequestValues> & { readonly credentials?: Credentials },
) => Promise<AskedResponse>

/** Provokes a response. The test passes if one of its requests gets the status. */
export type Case<Caller> = (ask: Ask, caller: Caller, operationId: string) => unknown

type Awaitable<Value> = Value | Promise<Value>

export type Make<Caller> = (
  caller: Caller,
  request: RequestToMake,
) => Awaitable<Partial<RequestValues>>

/** By operationId; of any name where the types of the contract are not known. */
type ByOperation<C extends ContractTypes, Value> = [OperationId<C>] extends [never]
  ? Readonly<Record<string, Value>>
  : { readonly [Id in OperationId<C>]?: Value }

export interface ContractTestOptions<C extends ContractTypes = ContractTypes, Caller = undefined> {
  readonly server: TestedServer
  /**
   * Who sends requests: made before the first request, and again after each that succeeded, so that a request which deletes an
   * account or a thing leaves the next one undisturbed. It is passed to the functions below.
   */
  readonly caller?: () => Awaitable<Caller>
  /** Valid credentials of each security scheme, with exactly these scopes and no others: those without one of them must be refused. */
  readonly credentials?: Readonly<
    Record<string, (scopes: readonly string[], caller: Caller) => Awaitable<Credentials>>
  >
  /** Further credentials that must be refused, such as those that have ended. */
  readonly wrongCredentials?: Readonly<
    Record<string, readonly ((caller: Caller) => Awaitable<Credentials>)[]>
  >
  /** Makes the things that a request names, such as those that have ids, and returns their values. */
  readonly make?: ByOperation<C, Make<Caller>>
  /** Requests that are sent besides the examples of the contract. */
  readonly examples?: ByOperation<C, readonly Partial<RequestValues>[]>
  /** Provokes, by operation and status, responses that the kit cannot; `'*'` is for each operation that declares the status. */
  readonly cases?: ByOperation<C, Readonly<Record<number, Case<Caller>>>> & {
    readonly '*'?: Readonly<Record<number, Case<Caller>>>
  }
  /** Declared statuses that other tests provoke, by operation; `'*'` is for all. */
  readonly provokedElsewhere?: ByOperation<C, readonly number[]> & {
    readonly '*'?: readonly number[]
  }
  /** Statuses with which an operation may refuse a request that its schemas allow, besides 403, 404, 409, 410, 412, 423, 428 and 429. */
  readonly mayRefuse?: ByOperation<C, readonly number[]>
  /** Operations without tests, such as one that stops the server. */
  readonly untested?: readonly ([OperationId<C>] extends [never] ? string : OperationId<C>)[]
  /** Headers that any response may have undeclared, besides those of HTTP itself. */
  readonly headers?: readonly string[]
  /** What happens with declared responses that were not provoked: by default, a test fails, and for a URL it is skipped. */
  readonly unprovoked?: 'fail' | 'list'
  /** The number of requests made from the schemas of an operation: 20. */
  readonly runs?: number
  /** Selects the requests: 1. */
  readonly seed?: number
}
