/** The calls of the contract, each with the types of its parameters, body and response. */
import type { ParamsOption, RequestBodyOption } from 'openapi-fetch'
import type { paths } from '../../generated/api.ts'

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

/**
 * Every operation, by method and path. A call throws a `TesseraFailure`, or what `fetch` throws. For an operation that the
 * contract does not have, it throws a `TypeError` and sends nothing.
 */
export interface Calls {
  readonly GET: Call<'get'>
  readonly PUT: Call<'put'>
  readonly POST: Call<'post'>
  readonly PATCH: Call<'patch'>
  readonly DELETE: Call<'delete'>
}

export type Call<M extends Method> = <P extends PathWith<M>>(
  path: P,
  ...options: OptionsOf<paths[P][M]>
) => Promise<CallResult<paths[P][M]>>

/** The parsed body, and the response for its status and headers (`ETag`, `Link`, …). */
export interface CallResult<Operation> {
  readonly data: DataOf<Operation>
  readonly response: Response
}

type CallOptions<Operation> = ParamsOption<Operation> &
  RequestBodyOption<Operation> &
  Pick<AnyOptions, 'signal'>

type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never
}[keyof paths]

/** Optional if no option is required. Distributes over the operation, so that the compiler reports a wrong path as such. */
type OptionsOf<Operation> = Operation extends object ? Optional<CallOptions<Operation>> : never
type Optional<Options> = Partial<Options> extends Options ? [options?: Options] : [options: Options]

type DataOf<Operation> = Operation extends { responses: infer R } ? BodyOf<SuccessOf<R>> : never

type SuccessOf<R> = {
  [Status in keyof R]: `${Status & number}` extends `2${string}` ? R[Status] : never
}[keyof R]

type BodyOf<Reply> = Reply extends { content: infer C } ? C[keyof C] : undefined

/** Sends a call of any operation. */
export type Send = (
  method: Method,
  path: string,
  options?: AnyOptions,
) => Promise<{ readonly data: unknown; readonly response: Response }>

export interface AnyOptions {
  readonly signal?: AbortSignal
  readonly params?: { readonly [Part in 'query' | 'path' | 'header']?: Record<string, unknown> }
  readonly body?: object
}

export function createCalls(send: Send): Calls {
  return {
    GET: createCall(send, 'get'),
    PUT: createCall(send, 'put'),
    POST: createCall(send, 'post'),
    PATCH: createCall(send, 'patch'),
    DELETE: createCall(send, 'delete'),
  }
}

function createCall<M extends Method>(send: Send, method: M): Call<M>
function createCall(send: Send, method: Method): (...call: never) => unknown {
  return (path: string, options?: AnyOptions) => send(method, path, options)
}
