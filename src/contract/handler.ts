/**
 * The types that make a contract binding: the request that a handler gets, and the responses that it can return.
 *
 * They are generic over the types of the contract (`ContractTypes`): handlers of two contracts are of two types. A handler returns
 * `respond[status]({ headers, body })`. TypeScript checks an argument for undeclared properties, but not a returned object. The
 * result is branded with the contract and the operation: returning anything else, or the reply of a different operation, does not
 * compile. Refusals are thrown (`refuse-types.ts`).
 *
 *     export const readBook: Handler<Api, 'readBook', { bearer: Caller }> = async ({ path }, respond) =>
 *       respond[200]({ headers: {}, body: await findBook(path.book_id) })
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Refuse } from './errors/refuse-types.ts'
import type { Exactly } from './exactly.ts'
import type { ServerSentEvent } from './reply/event-stream.ts'
import type { EssenceOf, Json, Received } from './request/received-body.ts'
import type { RangesOfSuccess, StatusInit } from './statuses.ts'

/** What `generate` writes for a contract. */
export interface ContractTypes {
  /** The `operations` of openapi-typescript. */
  readonly operations: object
  /** The type of the operation table. */
  readonly table: object
  /** The names of the security schemes. Without it, any. */
  readonly schemes?: string
}

export type OperationId<C extends ContractTypes> = keyof C['operations'] & keyof C['table'] & string

/** The parts of one operation. */
type Operation<C extends ContractTypes, Id> = C['operations'][Id & keyof C['operations']]
export type Entry<C extends ContractTypes, Id> = C['table'][Id & keyof C['table']]

/** What the security check of each scheme returns, by the name of the scheme. */
export type Principals = object

/** The security schemes of the contract; any text if its types do not have them. */
export type SchemeOf<C extends ContractTypes> = C extends { readonly schemes: infer Scheme }
  ? Scheme & string
  : string

// ── Requests ───────────────────────────────────────────────

/** The scopes that an operation requires. */
type ScopesOf<C extends ContractTypes, Id> =
  Entry<C, Id> extends { readonly scopes: readonly (infer Scope)[] } ? Scope & string : never

/** The scopes of a token. The type of `has` accepts only scopes that the operation requires. */
export interface ScopeSet<Scope extends string> {
  has(scope: Scope): boolean
}

/** The alternatives of its security: objects with the scopes by scheme. */
export type Requirement<C extends ContractTypes, Id> =
  Entry<C, Id> extends { readonly security: readonly (infer Schemes)[] } ? Schemes : never

/** `undefined` for `{}`, which lets everybody in. Of several schemes, an object with the principal of each. */
type PrincipalOf<Schemes, P extends Principals> = Schemes extends unknown
  ? [keyof Schemes] extends [never]
    ? undefined
    : IsUnion<keyof Schemes> extends true
      ? { readonly [Scheme in keyof Schemes]: P[Scheme & keyof P] }
      : P[keyof Schemes & keyof P]
  : never

type IsUnion<Keys, All = Keys> = Keys extends unknown
  ? [All] extends [Keys]
    ? false
    : true
  : never

type WithScopes<Principal, Scope extends string> = Principal extends { readonly scopes: unknown }
  ? Omit<Principal, 'scopes'> & { readonly scopes: ScopeSet<Scope> }
  : Principal

/** The result of the security check, with the scopes of the operation. A public operation has no principal. */
type WithPrincipal<C extends ContractTypes, Id, P extends Principals> = [
  Requirement<C, Id>,
] extends [never]
  ? object
  : { readonly principal: WithScopes<PrincipalOf<Requirement<C, Id>, P>, ScopesOf<C, Id>> }

type Parameters<Operation> = {
  readonly [Part in 'path' | 'query' | 'header' | 'cookie']: Operation extends {
    parameters: { [Key in Part]?: infer Values }
  }
    ? NonNullable<Values>
    : never
}

/** The body, and its media type, which tells the bodies of several media types apart. */
type WithBody<C extends ContractTypes, Id> =
  Operation<C, Id> extends { requestBody: { content: infer Content } }
    ? BodyIn<Content, Entry<C, Id>>
    : Operation<C, Id> extends { requestBody?: { content: infer Content } }
      ? BodyIn<Content, Entry<C, Id>> | NoBody
      : NoBody

interface NoBody {
  readonly mediaType: undefined
  readonly body: undefined
}

type BodyIn<Content, Entry> = {
  readonly [Type in keyof Content]: {
    readonly mediaType: Type extends `${string}*${string}` ? string : Type
    readonly body: Received<Type, Content[Type], Entry>
  }
}[keyof Content]

/** The raw HTTP message. `ip` is the client's address as Express reports it, with its `trust proxy` setting. */
export type HttpRequest = IncomingMessage & { readonly ip?: string | undefined }

/** A request that has passed all checks of the contract. `http` is the raw message. */
export type Request<C extends ContractTypes, Id, P extends Principals> = Parameters<
  Operation<C, Id>
> &
  WithPrincipal<C, Id, P> &
  WithBody<C, Id> & { readonly http: HttpRequest }

/** A request before its query and body are read. */
export type Arrival<C extends ContractTypes, Id, P extends Principals> = WithPrincipal<C, Id, P> & {
  readonly http: HttpRequest
  /** If only the security requirement `{}` is met: throws the refusal that the request would get without `{}`. */
  readonly deny?: () => Promise<never>
}

// ── Responses ────────────────────────────────────────────────────────────────────────────────────────────────────────

export type ResponsesOf<C extends ContractTypes, Id> =
  Operation<C, Id> extends { responses: infer Declared } ? Declared : never
type Success = `${2 | 3}${string}`

/** The declared statuses of success, ranges of them such as `2XX`, and `default`. */
type StatusOf<Responses> =
  | {
      [Status in keyof Responses & number]: `${Status}` extends Success ? Status : never
    }[keyof Responses & number]
  | (keyof Responses & keyof RangesOfSuccess)

/** Middleware sets it on every response, in many servers: a handler may leave it out. */
type SetByServer = 'X-Request-Id'

/** The declared headers: removes the index signature with which openapi-typescript allows any header. */
type Declared<Headers> = {
  [Name in keyof Headers as string extends Name ? never : Exclude<Name, SetByServer>]: Headers[Name]
} & { [Name in keyof Headers as Extract<Name, SetByServer>]?: Headers[Name] }

export type HeadersOf<Response> = Response extends { headers: infer Headers }
  ? Declared<Headers>
  : object
type ContentOf<Response> = Response extends { content: infer Content } ? Content : never

/** The media type must be named where the contract declares several, or a range such as `image/*`. */
type MediaType<Type, All> = Type extends `${string}*${string}`
  ? { readonly mediaType: string }
  : IsUnion<All> extends true
    ? { readonly mediaType: Type }
    : { readonly mediaType?: Type }

type Bytes = string | Uint8Array | AsyncIterable<string | Uint8Array>

/** Only JSON is serialized, also in streams of values: any other media type gets its text, its bytes, or a stream of them. */
type BodyOf<Type, Shape, Value = Shape, Event = ServerSentEvent<Shape>> =
  EssenceOf<Type> extends Json
    ? Value
    : EssenceOf<Type> extends 'text/event-stream'
      ? AsyncIterable<Event> | Unstructured<Shape>
      : EssenceOf<Type> extends JsonLines
        ? AsyncIterable<Value> | Unstructured<Shape>
        : Bytes

type JsonLines = `application/${'x-ndjson' | 'ndjson' | 'jsonl'}`

/** Without a schema, or with one of text, a stream may also be written as text. */
type Unstructured<Shape> = string extends Shape ? Bytes : never

type ResponseInit<Response, Headers, Actual> = {
  readonly headers: HeadersOf<Response> & Exactly<Headers, HeadersOf<Response>>
} & ([ContentOf<Response>] extends [never]
  ? { readonly body?: never }
  : {
      readonly [Type in keyof ContentOf<Response>]: MediaType<Type, keyof ContentOf<Response>> & {
        readonly body: BodyOf<Type, ContentOf<Response>[Type]>
        // Separate, because TypeScript infers only one member of a union from an intersection.
        // An event as a whole, because it infers the data of the first of several only.
      } & {
        readonly body: BodyOf<
          Type,
          ContentOf<Response>[Type],
          Exactly<Actual, ContentOf<Response>[Type]>,
          Exactly<Actual, ServerSentEvent<ContentOf<Response>[Type]>>
        >
      }
    }[keyof ContentOf<Response>])

/** The brand of a reply. Only `reply.ts` sets it. */
export const repliedBy: unique symbol = Symbol('repliedBy')
declare const contractOf: unique symbol

/** A response that the `respond` of an operation has created. */
export interface Reply<C extends ContractTypes = ContractTypes, Id = string> {
  readonly [repliedBy]: Id
  /** Never set. A function, so that replies of different contracts are not assignable to each other. */
  readonly [contractOf]?: (contract: C) => C
}

/** A reply of `respond.raw`. */
export interface RawReply<C extends ContractTypes, Id> extends Reply<C, Id> {
  readonly place: string
}

/** A response as it is sent. */
export interface RawResponse {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Not serialized: a body of JSON is its text. */
  readonly body?: Bytes
}

/** Writes the response itself. Its promise is done when the response has been sent. */
export type WriteRaw = (res: ServerResponse) => void | Promise<void>

/** A function for each status of success that the operation declares, and `raw`. */
export type Respond<C extends ContractTypes, Id> = {
  readonly [Status in StatusOf<ResponsesOf<C, Id>> | 'raw']: Status extends 'raw'
    ? RespondRaw<C, Id>
    : <const Headers, const Actual>(
        init: StatusInit<RangesOfSuccess, Status, ResponsesOf<C, Id>> &
          ResponseInit<ResponseOf<C, Id, Status>, Headers, Actual>,
      ) => Reply<C, Id>
}

type ResponseOf<C extends ContractTypes, Id, Status> = ResponsesOf<C, Id>[Status &
  keyof ResponsesOf<C, Id>]

/**
 * Goes around the contract: any status, headers and body, which nothing checks, or a function that writes to Node's response. The
 * tests of the contract list each use.
 *
 *     return respond.raw({ status: 207, headers: { 'Content-Type': 'application/xml' }, body: xml })
 *     return respond.raw((res) => proxy(http, res))
 */
type RespondRaw<C extends ContractTypes, Id> = (response: RawResponse | WriteRaw) => RawReply<C, Id>

// ── Handlers ───────────────────────────────────────────────

export type Handler<C extends ContractTypes, Id, P extends Principals> = (
  request: Request<C, Id, P>,
  respond: Respond<C, Id>,
  refuse: Refuse<C, Id>,
) => Reply<C, Id> | Promise<Reply<C, Id>>

/** One handler for each operation of the contract. */
export type Handlers<C extends ContractTypes, P extends Principals> = {
  readonly [Id in OperationId<C>]: Handler<C, Id, P>
}
