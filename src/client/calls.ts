/** The calls of the contract, each with its own parameters, body and answer. */
import type { ParamsOption, RequestBodyOption } from 'openapi-fetch'
import type { paths } from '../../generated/api.ts'

export type Method = 'get' | 'put' | 'post' | 'patch' | 'delete'

/**
 * Every operation, by its method and path. Each throws a `TesseraFailure`, or what `fetch` throws; a `TypeError`, and sends
 * nothing, where the compiler was not asked and there is no such call.
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
) => Promise<Answer<paths[P][M]>>

/** What the server answered: the body, and the response for its status and headers (`ETag`, `Link`, …). */
export interface Answer<Operation> {
  readonly data: DataOf<Operation>
  readonly response: Response
}

type Given<Operation> = ParamsOption<Operation> & RequestBodyOption<Operation> & Abortable

interface Abortable {
  readonly signal?: AbortSignal
}

type PathWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never
}[keyof paths]

/** To be left out where nothing in it is required. Distributes, so that a wrong path is what the compiler complains of. */
type OptionsOf<Operation> = Operation extends object ? Optional<Given<Operation>> : never
type Optional<Options> = Partial<Options> extends Options ? [options?: Options] : [options: Options]

type DataOf<Operation> = Operation extends { responses: infer R } ? BodyOf<SuccessOf<R>> : never

type SuccessOf<R> = {
  [Status in keyof R]: `${Status & number}` extends `2${string}` ? R[Status] : never
}[keyof R]

type BodyOf<Reply> = Reply extends { content: infer C } ? C[keyof C] : undefined

/** Sends a call, whichever it is. */
export type Send = (method: Method, path: string, given?: AnyGiven) => Promise<AnyAnswer>

export interface AnyGiven extends Abortable {
  readonly params?: { readonly [Part in 'query' | 'path' | 'header']?: Record<string, unknown> }
  readonly body?: object
}

interface AnyAnswer {
  readonly data: unknown
  readonly response: Response
}

export function callsBy(send: Send): Calls {
  return {
    GET: callBy(send, 'get'),
    PUT: callBy(send, 'put'),
    POST: callBy(send, 'post'),
    PATCH: callBy(send, 'patch'),
    DELETE: callBy(send, 'delete'),
  }
}

function callBy<M extends Method>(send: Send, method: M): Call<M>
function callBy(send: Send, method: Method): (...call: never) => unknown {
  return (path: string, given?: AnyGiven) => send(method, path, given)
}
