/**
 * The types that make the contract binding: the request that a handler gets, and the responses that it can return.
 *
 * A handler returns `respond[status]({ headers, body })`. TypeScript checks an argument for undeclared properties, but not a
 * returned object. The result is branded with the operation: returning anything else, or the reply of a different operation, does
 * not compile. Refusals are thrown (`refusal.ts`).
 *
 *     export const readBook: Handler<'readBook', Caller> = async ({ path }, respond) =>
 *       respond[200]({ headers: {}, body: await findBook(path.book_id) })
 */
import type { IncomingMessage } from 'node:http'
import type { operations } from '../../generated/api.ts'
import type { operationTable } from '../../generated/operations.ts'

type Table = typeof operationTable
export type OperationId = keyof Table & keyof operations

// ── Requests ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The scopes that an operation requires. */
export type ScopesOf<Id extends OperationId> = Table[Id]['scopes'][number]

/** The scopes of a token. The type of `has` accepts only scopes that the operation requires. */
export interface ScopeSet<Scope extends string> {
  has(scope: Scope): boolean
}

/** The result of the security check, with the scopes of the operation. A public operation has no principal. */
type Principal<Id extends OperationId, Caller> = [ScopesOf<Id>] extends [never]
  ? object
  : { readonly principal: Omit<Caller, 'scopes'> & { readonly scopes: ScopeSet<ScopesOf<Id>> } }

type Parameters<Id extends OperationId> = {
  readonly [Part in 'path' | 'query' | 'header']: Part extends keyof operations[Id]['parameters']
    ? NonNullable<operations[Id]['parameters'][Part]>
    : never
}

type Body<Id extends OperationId> = operations[Id] extends {
  requestBody: { content: infer Content }
}
  ? Content[keyof Content]
  : operations[Id] extends { requestBody?: { content: infer Content } }
    ? Content[keyof Content] | undefined
    : undefined

/** The raw HTTP message. `ip` is the client's address as Express reports it, with its `trust proxy` setting. */
export type HttpRequest = IncomingMessage & { readonly ip?: string | undefined }

/** A request that has passed all checks of the contract. `http` is the raw message. */
export type Request<Id extends OperationId, Caller> = Parameters<Id> &
  Principal<Id, Caller> & { readonly body: Body<Id>; readonly http: HttpRequest }

// ── Responses ────────────────────────────────────────────────────────────────────────────────────────────────────────

type Responses<Id extends OperationId> = operations[Id]['responses']
type Success = `${2 | 3}${string}`

/** The declared statuses of success, without `default`. */
type StatusOf<Id extends OperationId> = {
  [Status in keyof Responses<Id> & number]: `${Status}` extends Success ? Status : never
}[keyof Responses<Id> & number]

/** The server sets it on every response, before the router. */
type SetByServer = 'X-Request-Id'

/** The declared headers: removes the index signature with which openapi-typescript allows any header. */
type Declared<Headers> = {
  [Name in keyof Headers as string extends Name ? never : Exclude<Name, SetByServer>]: Headers[Name]
}

type HeadersOf<Response> = Response extends { headers: infer Headers } ? Declared<Headers> : object
type ContentOf<Response> = Response extends { content: infer Content } ? Content : never

/** The type of an undeclared field, so that the compiler's message names the field. */
interface NotInTheContract<Field> {
  readonly field: Field
}

/** `Actual` if it has no field that `Shape` lacks, at any depth: a variable cannot carry undeclared fields into a response. */
type Exactly<Actual, Shape> = Actual extends readonly unknown[]
  ? Shape extends readonly (infer Member)[]
    ? { [At in keyof Actual]: Exactly<Actual[At], Member> }
    : Shape
  : Actual extends object
    ? {
        [Key in keyof Actual]: Key extends keyof Shape
          ? Exactly<Actual[Key], Shape[Key]>
          : Undeclared<Key, Actual[Key]>
      }
    : Actual extends Shape
      ? Actual
      : Shape

/** `any` is assignable to everything but `never`. */
type Undeclared<Key, Value> = 0 extends 1 & Value ? never : NotInTheContract<Key>

type ResponseInit<Response, Headers, Actual> = {
  readonly headers: HeadersOf<Response> & Exactly<Headers, HeadersOf<Response>>
} & ([ContentOf<Response>] extends [never]
  ? { readonly body?: never }
  : {
      readonly [Type in keyof ContentOf<Response>]: {
        /** Default: the first media type that the contract declares. */
        readonly mediaType?: Type
        readonly body: ContentOf<Response>[Type] & Exactly<Actual, ContentOf<Response>[Type]>
      }
    }[keyof ContentOf<Response>])

/** The brand of a reply. Only `reply.ts` sets it. */
export const repliedBy: unique symbol = Symbol('repliedBy')

/** A response that the `respond` of an operation has created. */
export interface Reply<Id extends OperationId = OperationId> {
  readonly [repliedBy]: Id
}

/** A function for each status of success that the operation declares. */
export type Respond<Id extends OperationId> = {
  readonly [Status in StatusOf<Id>]: <const Headers, const Actual>(
    init: ResponseInit<Responses<Id>[Status], Headers, Actual>,
  ) => Reply<Id>
}

// ── Handlers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

export type Handler<Id extends OperationId, Caller> = (
  request: Request<Id, Caller>,
  respond: Respond<Id>,
) => Reply<Id> | Promise<Reply<Id>>

/** One handler for each operation of the contract. */
export type Handlers<Caller> = { readonly [Id in OperationId]: Handler<Id, Caller> }
