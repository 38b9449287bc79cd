/**
 * Generates requests that the contract allows.
 *
 * Values that only the server knows are placeholders, such as `known-user-id`, which the sender replaces by its own (`visitors.ts`).
 * So a request can be generated, shrunk and repeated independently of the sender.
 */
import fc, { type Arbitrary } from 'fast-check'
import type { Operation, Parameter } from './operations.ts'
import { paths } from './operations.ts'
import { type Familiar, validText, validValue } from './values.ts'

export interface FuzzRequest {
  readonly operation: Operation
  /** The values of path parameters, encoded. */
  readonly path: Readonly<Record<string, string>>
  /** The parts of the query, encoded. */
  readonly query: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array | undefined
}

/** The limit for request bodies, as documented. */
export const maxBodyBytes = 65_536

/** By names of parameters and fields. JSON bodies describe new values, except for the caller's password. */
const known: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  parameter: {
    item_id: ['known-item-id'],
    session_id: ['known-session-id', 'known-other-session-id'],
    user_id: ['known-user-id'],
    // The current tag, strong and weak, which makes no difference (`etags.ts`), any tag, and a tag that never matches.
    'If-Match': ['"known-etag"', '*', '"never"', 'W/"known-etag"'],
    'If-None-Match': ['"known-etag"', '*', '"never"', 'W/"known-etag"'],
  },
  'application/x-www-form-urlencoded': {
    username: ['known-username'],
    password: ['known-password'],
    refresh_token: ['known-refresh-token'],
    token: ['known-access-token', 'known-refresh-token'],
    scope: ['me:read'],
    client_id: ['known-client-id'],
    client_secret: ['known-client-secret'],
  },
  'application/json': { current_password: ['known-password'] },
}

const familiarIn =
  (place: string): Familiar =>
  (name) => {
    const values = known[place]?.[name]
    return values && fc.constantFrom(...values)
  }

/** Two of three requests with familiar values, the others with any values that the contract allows. */
export function validRequest(operation: Operation): Arbitrary<FuzzRequest> {
  const arbitrary = requestWith(operation, () => () => undefined)
  return fc.oneof({ arbitrary: familiarRequest(operation), weight: 2 }, arbitrary)
}

/** A request that can succeed. */
export function familiarRequest(operation: Operation): Arbitrary<FuzzRequest> {
  return requestWith(operation, familiarIn)
}

/** The operation's example with familiar values: this request must succeed. */
export function exampleRequest(operation: Operation): FuzzRequest {
  const { parameters, body, security } = operation
  const path = parameters
    .filter((parameter) => parameter.required)
    .map(({ name, schema }) => [name, known.parameter?.[name]?.[0] ?? schema.examples?.[0]])
  const fields = Object.entries(body?.example ?? {}).map(([name, value]) => [
    name,
    known[body?.mediaType ?? '']?.[name]?.[0] ?? value,
  ])
  return {
    operation,
    path: Object.fromEntries(path),
    query: [],
    headers: { ...authorization(security[0]), ...contentType(operation) },
    body: body && written(operation, Object.fromEntries(fields)),
  }
}

function requestWith(
  operation: Operation,
  familiar: (place: string) => Familiar,
): Arbitrary<FuzzRequest> {
  const { body } = operation
  const fields = body && validValue(body.schema, familiar(body.mediaType))
  return fc
    .record({
      path: parametersIn(operation, 'path', familiar('parameter')),
      query: parametersIn(operation, 'query', familiar('parameter')),
      headers: parametersIn(operation, 'header', familiar('parameter')),
      fields: fields ?? fc.constant(undefined),
      scheme: fc.constantFrom(...alternativesOf(operation)),
    })
    .map(({ path, query, headers, fields, scheme }) => ({
      operation,
      path: encoded(path),
      query: pairs(query),
      headers: { ...headers, ...authorization(scheme), ...contentType(operation) },
      body:
        body && written(operation, scheme === 'clientBasic' ? withoutCredentials(fields) : fields),
    }))
    .filter(
      (request) =>
        matchesItsOperation(request) && Buffer.byteLength(request.body ?? '') <= maxBodyBytes,
    )
}

function alternativesOf({ security }: Operation): (string | undefined)[] {
  return security.length > 0 ? [...security] : [undefined]
}

function parametersIn(
  { parameters }: Operation,
  part: Parameter['in'],
  familiarTo: Familiar,
): Arbitrary<Record<string, string>> {
  const here = parameters.filter((parameter) => parameter.in === part)
  const texts = here.map(({ name, schema }) => [name, familiarTo(name) ?? validText(schema)])
  const requiredKeys = here.filter(({ required }) => required).map(({ name }) => name)
  return fc.record(Object.fromEntries(texts), { requiredKeys })
}

type Fields = Readonly<Record<string, unknown>>

/** A client must not use more than one authentication method (RFC 6749 §2.3). */
function withoutCredentials(fields: unknown): Fields {
  const { client_id, client_secret, ...others }: Fields = { ...Object(fields) }
  return others
}

function authorization(scheme: string | undefined): Record<string, string> {
  if (scheme === 'OAuth2') return { authorization: 'Bearer known-access-token' }
  if (scheme === 'clientBasic') return { authorization: 'Basic known-basic' }
  return {}
}

function contentType({ body }: Operation): Record<string, string> {
  return body ? { 'content-type': body.mediaType } : {}
}

/** The body in the media type of the operation. */
export function written({ body }: Operation, value: unknown): string {
  if (body?.mediaType === 'application/json') return JSON.stringify(value)
  return pairs(Object(value)).join('&')
}

export function pairs(fields: Fields): string[] {
  return Object.entries(fields).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  )
}

export function encoded(path: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(path).map(([name, value]) => [name, encodeURIComponent(value)]),
  )
}

export function pathOf({ operation, path }: Pick<FuzzRequest, 'operation' | 'path'>): string {
  return operation.path.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '')
}

/** `me` may be the id of an account, but `/users/me` is a different path. */
function matchesItsOperation(request: FuzzRequest): boolean {
  const path = pathOf(request)
  return path === request.operation.path || !paths.includes(path)
}
