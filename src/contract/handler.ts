/**
 * The types that make the contract binding: what a handler is given, and the only answers that it can give.
 *
 * A handler answers by calling `respond[status]({ headers, body })`. An argument is checked against the contract where
 * a returned object literal would not be, and what comes back is branded with its operation: returning anything else,
 * or the answer of another operation, does not compile. Refusals are thrown (`refusal.ts`).
 */
import type { IncomingMessage } from 'node:http'
import type { operations } from '../../generated/api.ts'
import type { operationTable } from '../../generated/operations.ts'

type Table = typeof operationTable
export type OperationId = keyof Table & keyof operations

// ── What a handler is given ──────────────────────────────────────────────────────────────────────────────────────────

/** The scopes that an operation requires, as in the contract. */
export type ScopesOf<Id extends OperationId> = Table[Id]['scopes'][number]

/** The scopes of a token. Only a scope that the operation requires can be asked for. */
export interface ScopeSet<Scope extends string> {
  has(scope: Scope): boolean
}

/** Who calls, as the security check says, with the scopes of the operation. A public operation has none. */
type Principal<Id extends OperationId, Who> = [ScopesOf<Id>] extends [never]
  ? object
  : { readonly principal: Omit<Who, 'scopes'> & { readonly scopes: ScopeSet<ScopesOf<Id>> } }

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

/** The raw message. Express says which address it is from, and which proxies it believes. */
export type HttpRequest = IncomingMessage & { readonly ip?: string | undefined }

/** A request that has passed the contract's checks. `http` is the raw message behind it. */
export type Request<Id extends OperationId, Who> = Parameters<Id> &
  Principal<Id, Who> & { readonly body: Body<Id>; readonly http: HttpRequest }

// ── What a handler can answer ────────────────────────────────────────────────────────────────────────────────────────

type Responses<Id extends OperationId> = operations[Id]['responses']
type Success = `${2 | 3}${string}`

/** The statuses of success. `default` is not among them: it has no number. */
type StatusOf<Id extends OperationId> = {
  [Status in keyof Responses<Id> & number]: `${Status}` extends Success ? Status : never
}[keyof Responses<Id> & number]

/** openapi-typescript lets every response carry any header: without its index signature only the declared ones are left. */
type Declared<Headers> = {
  [Name in keyof Headers as string extends Name ? never : Name]: Headers[Name]
}

type HeadersOf<Response> = Response extends { headers: infer Headers } ? Declared<Headers> : object
type ContentOf<Response> = Response extends { content: infer Content } ? Content : never

/** What a field is refused with that the contract does not have: the compiler says its name. */
interface NotInTheContract<Field> {
  readonly field: Field
}

/** `Actual`, where it has no field that `Shape` lacks, at any depth: no row reaches the wire by way of a variable. */
type Exactly<Actual, Shape> = Actual extends readonly unknown[]
  ? Shape extends readonly (infer Member)[]
    ? { [At in keyof Actual]: Exactly<Actual[At], Member> }
    : Shape
  : Actual extends object
    ? {
        [Key in keyof Actual]: Key extends keyof Shape
          ? Exactly<Actual[Key], Shape[Key]>
          : Refused<Key, Actual[Key]>
      }
    : Actual extends Shape
      ? Actual
      : Shape

/** `any` would pass for everything but `never`. */
type Refused<Key, Value> = 0 extends 1 & Value ? never : NotInTheContract<Key>

type Answer<Response, Headers, Actual> = {
  readonly headers: HeadersOf<Response> & Exactly<Headers, HeadersOf<Response>>
} & ([ContentOf<Response>] extends [never]
  ? { readonly body?: never }
  : {
      readonly [Type in keyof ContentOf<Response>]: {
        /** Needed only where the contract declares several. */
        readonly mediaType?: Type
        readonly body: ContentOf<Response>[Type] & Exactly<Actual, ContentOf<Response>[Type]>
      }
    }[keyof ContentOf<Response>])

/** The brand on a reply. Only `reply.ts` sets it. */
export const repliedBy: unique symbol = Symbol('repliedBy')

/** An answer that one operation's `respond` has made. */
export interface Reply<Id extends OperationId = OperationId> {
  readonly [repliedBy]: Id
}

export type Respond<Id extends OperationId> = {
  readonly [Status in StatusOf<Id>]: <const Headers, const Actual>(
    answer: Answer<Responses<Id>[Status], Headers, Actual>,
  ) => Reply<Id>
}

// ── The handlers ─────────────────────────────────────────────────────────────────────────────────────────────────────

export type Handler<Id extends OperationId, Who> = (
  request: Request<Id, Who>,
  respond: Respond<Id>,
) => Reply<Id> | Promise<Reply<Id>>

/** One handler for every operation of the contract. */
export type Handlers<Who> = { readonly [Id in OperationId]: Handler<Id, Who> }
