/** Makes requests that the contract allows: from its examples, and from its schemas. */
import fc, { type Arbitrary } from 'fast-check'
import { isForm, kindOf } from '../document/media-type.ts'
import { asRead } from './form-body.ts'
import type { KitBody, KitOperation, KitParameter } from './kit-operation.ts'
import type { RequestValues } from './options.ts'
import { isValidText, type SchemaNode, type Schemas } from './schemas.ts'
import type { Wire } from './send.ts'
import { queryPairs, simple } from './serialize.ts'
import type { ValueMaker } from './values.ts'

export interface KitRequest {
  readonly operation: KitOperation
  /** Before `make`. */
  readonly values: RequestValues
  readonly mediaType: string | undefined
  /** A number that selects one of the alternatives of its security. */
  readonly alternative: number
  readonly fault?: Fault
}

/** A change of a request. Most make it invalid. */
export interface Fault {
  /** Applied after `make`. Returns undefined if the request would still be valid. */
  readonly change?: (values: RequestValues) => RequestValues | undefined
  readonly rewrite?: (wire: Wire) => Wire
}

export interface RequestMaker {
  /** With the examples that their schemas allow; of a required part without one, any value. */
  examples(operation: KitOperation): readonly KitRequest[]
  request(operation: KitOperation): Arbitrary<KitRequest>
  /** Valid ones. */
  samples(operation: KitOperation, count: number): KitRequest[]
  /** Whether the schemas allow the values. */
  isValid(operation: KitOperation, request: KitRequest): boolean
}

const parts = ['path', 'query', 'header', 'cookie'] as const

export function requestMaker(schemas: Schemas, valuesOf: ValueMaker, seed: number): RequestMaker {
  const made = new Map<KitOperation, readonly KitRequest[]>()
  return { examples, request, samples, isValid }

  function samples(operation: KitOperation, count: number): KitRequest[] {
    return fc
      .sample(request(operation), { numRuns: 5 * count, seed })
      .filter((each) => isValid(operation, each))
      .slice(0, count)
  }

  function examples(operation: KitOperation): readonly KitRequest[] {
    const known = made.get(operation) ?? examplesFor(operation)
    made.set(operation, known)
    return known
  }

  function examplesFor(operation: KitOperation): KitRequest[] {
    const { bodies } = operation
    const withBody = bodies.flatMap((body) =>
      examplesOf(body).map((value) => [body.mediaType, value] as const),
    )
    const contents = withBody.length > 0 ? withBody : [[undefined, undefined] as const]
    return contents.map(([mediaType, body]) => {
      const given = Object.fromEntries(parts.map((part) => [part, exampleOf(operation, part)]))
      return { operation, values: { ...noValues, ...given, body }, mediaType, alternative: 0 }
    })
  }

  function examplesOf(body: KitBody): readonly unknown[] {
    const { schema, mediaType } = body
    const given = body.examples.filter((value) => isBodyValid(body, value))
    if (given.length > 0) return given
    return kindOf(mediaType) === 'value'
      ? sample(schema, (value) => isBodyValid(body, value))
      : ['text']
  }

  function exampleOf({ parameters }: KitOperation, part: KitParameter['in']) {
    const required = parameters.filter((each) => each.in === part && each.required)
    return Object.fromEntries(required.map((parameter) => [parameter.name, usableValue(parameter)]))
  }

  function usableValue(parameter: KitParameter): unknown {
    const { name, in: part, schema } = parameter
    const fits = (value: unknown) =>
      isParameterValid(parameter, { ...noValues, [part]: { [name]: value } })
    return parameter.examples.find(fits) ?? sample(schema, fits)[0]
  }

  /** The shortest of some valid values, the same for each run. */
  function sample(schema: SchemaNode, fits: (value: unknown) => boolean): readonly unknown[] {
    const some = fc.sample(valuesOf(schema), { numRuns: 50, seed })
    const valid = some.filter(fits)
    const lengthOf = (value: unknown) => JSON.stringify(value)?.length ?? 0
    return (valid.length > 0 ? valid : some)
      .toSorted((one, other) => lengthOf(one) - lengthOf(other))
      .slice(0, 1)
  }

  function request(operation: KitOperation): Arbitrary<KitRequest> {
    return fc
      .record({
        path: parametersIn(operation, 'path'),
        query: parametersIn(operation, 'query'),
        header: parametersIn(operation, 'header'),
        cookie: parametersIn(operation, 'cookie'),
        content: contentOf(operation),
        alternative: fc.nat({ max: 20 }),
      })
      .map(({ content: { mediaType, body }, alternative, ...made }) => ({
        operation,
        values: { ...made, body },
        mediaType,
        alternative,
      }))
  }

  function parametersIn({ parameters }: KitOperation, part: KitParameter['in']) {
    const here = parameters.filter((parameter) => parameter.in === part)
    const made = here.map(({ name, schema, examples: given }) => {
      const any = valuesOf(schema)
      return [name, given.length === 0 ? any : fc.oneof(any, fc.constantFrom(...given))] as const
    })
    const requiredKeys = here.filter(({ required }) => required).map(({ name }) => name)
    const any = fc.record<Record<string, unknown>>(Object.fromEntries(made), { requiredKeys })
    const empty = (values: Readonly<Record<string, unknown>>) =>
      here
        .filter((each) => each.in === 'query' && !isCarriedByQuery(each, values[each.name]))
        .map(({ name }) => [name, undefined] as const)
    return any.map((values) => ({ ...values, ...Object.fromEntries(empty(values)) }))
  }

  function contentOf({ bodies, requiresBody }: KitOperation): Arbitrary<Content> {
    const made = bodies.map(({ mediaType, schema, examples: given }): Arbitrary<Content> => {
      const isValue = kindOf(mediaType) === 'value'
      const any = isValue ? valuesOf(schema) : fc.string({ minLength: 1, maxLength: 100 })
      const body = given.length === 0 ? any : fc.oneof(any, fc.constantFrom(...given))
      return body.map((value) => ({ mediaType, body: value }))
    })
    const none = fc.constant({ mediaType: undefined, body: undefined })
    if (made.length === 0) return none
    return requiresBody ? fc.oneof(...made) : fc.oneof(...made, ...made, none)
  }

  function isValid(
    { parameters, bodies }: KitOperation,
    { values: given, mediaType }: KitRequest,
  ): boolean {
    const body = bodies.find((each) => each.mediaType === mediaType)
    return (
      isBodyValid(body, given.body) &&
      parameters.every((parameter) => isParameterValid(parameter, given))
    )
  }

  function isBodyValid(body: KitBody | undefined, value: unknown): boolean {
    if (!body || kindOf(body.mediaType) !== 'value') return true
    const { schema, fields, mediaType } = body
    if (!schemas.isValid(schema, value)) return false
    return !isForm(mediaType) || schemas.isValid(schema, asRead(value, fields))
  }

  function isParameterValid(parameter: KitParameter, given: RequestValues): boolean {
    const { name, in: part, schema, required } = parameter
    const {
      [part]: { [name]: value },
    } = given
    if (value === undefined || value === null) return !required
    if (part === 'query' && !isCarriedByQuery(parameter, value)) return false
    if (!isCarried(part, simple(value, parameter.style))) return false
    return schemas.isValid(schema, value) || isValidText(schemas, schema, String(value))
  }
}

/** An empty value of a query parameter is not valid by default (`allowEmptyValue`), and an empty list is not sent at all. */
function isCarriedByQuery(parameter: KitParameter, value: unknown): boolean {
  const pairs = queryPairs(parameter.style, value)
  if (pairs.length === 0) return !parameter.required
  // An item of an exploded list may be empty.
  const isList = parameter.style.explode && Array.isArray(value) && value.length > 1
  return isList || pairs.every((pair) => !pair.endsWith('='))
}

/** Whether its place carries the text unchanged, also on the way through proxies. */
function isCarried(part: KitParameter['in'], text: string): boolean {
  if (part === 'path') return text !== '' && !/^\.\.?$|[/\\]|\p{Cc}/u.test(text)
  if (part === 'header') return /^[\x21-\x7E]+( [\x21-\x7E]+)*$/.test(text)
  if (part === 'cookie') return /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/.test(text)
  return true
}

interface Content {
  readonly mediaType: string | undefined
  readonly body: unknown
}

const noValues: RequestValues = {
  path: {},
  query: {},
  header: {},
  cookie: {},
  body: undefined,
}

/** The values with those of `changes` instead; the fields of a body one by one. */
export function withValues(values: RequestValues, changes: Partial<RequestValues>): RequestValues {
  const { body = values.body } = changes
  const areFields = isFields(body) && isFields(values.body)
  return {
    path: { ...values.path, ...changes.path },
    query: { ...values.query, ...changes.query },
    header: { ...values.header, ...changes.header },
    cookie: { ...values.cookie, ...changes.cookie },
    body:
      areFields && 'body' in changes ? defined({ ...Object(values.body), ...Object(body) }) : body,
  }
}

function isFields(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array) &&
    !(value instanceof Blob)
  )
}

/** Without the fields that are undefined. */
export function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
