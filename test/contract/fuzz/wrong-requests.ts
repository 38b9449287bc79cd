/** Generates requests with one fault each: in path, query, headers, media type or body. */
import fc, { type Arbitrary } from 'fast-check'
import type { Operation, Parameter, RequestBody } from './operations.ts'
import { type FuzzRequest, familiarRequest, maxBodyBytes, pairs, written } from './requests.ts'
import { isValid, isValidText } from './schemas.ts'
import { validText } from './values.ts'
import { mapped, wrongObjects, wrongTexts, wrongValues } from './wrong-values.ts'

/** The kinds of faulty requests of an operation, by name. */
export function wrongRequests(operation: Operation): Record<string, Arbitrary<FuzzRequest>> {
  const base = familiarRequest(operation)
  const { body, parameters } = operation
  const queries = parameters.filter((parameter) => parameter.in === 'query')
  const kinds = [
    ...parameters.flatMap((parameter) => wrongParameters(base, parameter)),
    ...queries.map((parameter) => repeatedParameter(base, parameter)),
    ...parameters
      .filter(({ required, in: part }) => required && part !== 'path')
      .map((parameter) => missingParameter(base, parameter)),
    unknownParameter(base, queries),
    brokenQuery(base),
    ...(body?.mediaType === 'application/json' ? wrongJson(operation, body, base) : []),
    ...(body?.mediaType === 'application/x-www-form-urlencoded'
      ? wrongForms(operation, body, base)
      : []),
    ...(body ? [otherMediaType(base, body), tooLarge(base, body)] : []),
  ]
  return Object.fromEntries(kinds)
}

type Kind = readonly [name: string, requests: Arbitrary<FuzzRequest>]
type Requests = Arbitrary<FuzzRequest>

const badEscapes = ['%', '%Z', '%ZZ', '%80', '%c0%80', '%ED%A0%80']

function wrongParameters(base: Requests, { name, in: part, schema }: Parameter): Kind[] {
  const texts = wrongTexts(schema)
  // An HTTP header cannot contain NUL.
  const { 'has a NUL': _, ...headerTexts } = texts
  const kinds = {
    path: () => ({
      ...mapped(texts, (text) => inPath(base, name, text.filter(Boolean).map(encodeURIComponent))),
      'has an invalid escape': inPath(base, name, fc.constantFrom(...badEscapes)),
    }),
    query: () => mapped(texts, (text) => inQuery(base, name, text)),
    header: () =>
      mapped({ ...headerTexts, 'is odd': oddHeader }, (text) =>
        inHeader(base, { name, schema }, text),
      ),
  }
  return Object.entries(kinds[part]()).map(([kind, requests]) => [
    `${part} ${name} ${kind}`,
    requests,
  ])
}

function inPath(base: Requests, name: string, segment: Arbitrary<string>): Requests {
  return changed(base, segment, ({ path }, value) => ({ path: { ...path, [name]: value } }))
}

function inQuery(base: Requests, name: string, text: Arbitrary<string>): Requests {
  return changed(base, text, ({ query }, value) => ({
    query: [...query.filter((pair) => !pair.startsWith(`${name}=`)), ...pairs({ [name]: value })],
  }))
}

const oddHeader = fc.oneof(
  fc.stringMatching(/^[\x20-\x7E\xA0-\xFF]{0,30}$/),
  fc.constantFrom('', '""x', '"a" "b"', '"a",', 'W/', '*, "a"', '"é"'),
)

/** Only values that HTTP allows. Spaces around a value are not part of it. */
function inHeader(
  base: Requests,
  { name, schema }: Pick<Parameter, 'name' | 'schema'>,
  text: Arbitrary<string>,
): Requests {
  const carried = text
    .filter((value) => /^[\t\x20-\x7E\x80-\xFF]*$/.test(value))
    .filter((value) => !isValidText(schema, value.replace(/^[ \t]+|[ \t]+$/g, '')))
  return changed(base, carried, ({ headers }, value) => ({
    headers: { ...headers, [name]: value },
  }))
}

function repeatedParameter(base: Requests, { name, schema }: Parameter): Kind {
  const twice = fc.tuple(validText(schema), validText(schema))
  const requests = changed(base, twice, ({ query }, [one, other]) => ({
    query: [...query, ...pairs({ [name]: one }), ...pairs({ [name]: other })],
  }))
  return [`query ${name} is repeated`, requests]
}

function missingParameter(base: Requests, { name, in: part }: Parameter): Kind {
  const requests = base.map((request) => ({
    ...request,
    query: request.query.filter((pair) => !pair.startsWith(`${name}=`)),
    headers: Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== name)),
  }))
  return [`${part} ${name} is missing`, requests]
}

function unknownParameter(base: Requests, queries: readonly Parameter[]): Kind {
  const name = fc
    .oneof(
      fc.constantFrom('access_token', '__proto__', 'constructor', 'a[b]', 'limit[]', 'Limit'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    )
    .filter((each) => queries.every((parameter) => parameter.name !== each))
  const requests = changed(base, fc.tuple(name, fc.string()), ({ query }, [key, value]) => ({
    query: [...query, ...pairs({ [key]: value })],
  }))
  return ['query has an unknown parameter', requests]
}

function brokenQuery(base: Requests): Kind {
  const requests = changed(base, fc.constantFrom(...badEscapes), ({ query }, sequence) => ({
    query: [...query, `limit=${sequence}`],
  }))
  return ['query has an invalid escape', requests]
}

function wrongJson(operation: Operation, { schema }: RequestBody, base: Requests): Kind[] {
  const withBody = (body: Arbitrary<string | Uint8Array | undefined>) =>
    changed(base, body, (_, value) => ({ body: value }))
  const valid = base.map(({ body }) => String(body))
  return [
    ...Object.entries(wrongValues(schema)).map(
      ([kind, values]): Kind => [
        `body: ${kind}`,
        withBody(values.map((value) => written(operation, value))),
      ],
    ),
    ['body is missing', withBody(fc.constant(undefined))],
    ['body is not JSON', withBody(fc.oneof(fc.constantFrom(...notJson), valid.map(cut)))],
    [
      'body contains an unpaired surrogate',
      withBody(valid.filter((json) => halved(json) !== json).map(halved)),
    ],
    ['body is not UTF-8', withBody(valid.map(notUtf8))],
  ]
}

const depth = 4000
const notJson = [
  ...['{', '}', '{]', "{'a':1}", '{a:1}', '{"a":1,}', '{"a":NaN}', '{"a":01}', '//x', 'undefined'],
  ...['{"a":"\n"}', '{"a":"\\x"}', '\0', '[1]x', ' ', '1e999', '-', '"', 'nul', '{"a":1}{"a":1}'],
  '['.repeat(depth),
  '{"a":'.repeat(1000),
  `${'['.repeat(depth)}${']'.repeat(depth)}`,
]

const cut = (json: string): string => json.slice(0, -1)

/** Appends an unpaired surrogate to a string. A schema may allow it, JSON does not (RFC 8259 §8.2). */
const halved = (json: string): string => json.replace(/^(.*(?<!\\))"(?=[,}\]])/s, '$1\\ud83e"')

function notUtf8(json: string): Uint8Array {
  return Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')])
}

function wrongForms(operation: Operation, { schema }: RequestBody, base: Requests): Kind[] {
  const names = fc.constantFrom(...Object.keys(schema.properties ?? {}))
  const fields = mapped(wrongObjects(schema, wrongTexts), (values) =>
    values.map(withoutEmpty).filter((value) => !isValid(schema, value)),
  )
  const appended = (kind: string, piece: Arbitrary<string>): Kind => [
    kind,
    changed(base, piece, ({ body }, text) => ({ body: `${body}&${text}` })),
  ]
  return [
    ...Object.entries(fields).map(
      ([kind, values]): Kind => [
        `form: ${kind}`,
        changed(base, values, (_, value) => ({ body: written(operation, value) })),
      ],
    ),
    ['form is missing', changed(base, fc.constantFrom('', undefined), (_, body) => ({ body }))],
    appended(
      'form has an invalid escape',
      fc.constantFrom(...badEscapes).map((sequence) => `x=${sequence}`),
    ),
    appended(
      'form has a repeated field',
      names.map((name) => `${name}=x&${name}=y`),
    ),
    appended(
      'form has a control character in a name',
      fc.constantFrom('%00=x', 'x%0D%0A=x', '%1F=x', '%7Fx=x', '\0=x'),
    ),
  ]
}

/** In a form, an empty value counts as omitted (RFC 6749 §3.2). */
function withoutEmpty(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

function otherMediaType(base: Requests, { mediaType }: RequestBody): Kind {
  const token = /^[a-z]{1,10}\/[a-z.+-]{1,20}$/
  const types = fc
    .oneof(
      fc.constantFrom(
        ...['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'text/html'],
        ...['application/xml', 'multipart/form-data; boundary=x', 'application/octet-stream'],
        ...['application/jsonp', 'application/json/x', 'json', '*/*', ';', '', 'application'],
        ...[`${mediaType}; charset=utf-16`, `${mediaType}, text/plain`],
      ),
      fc.stringMatching(token),
    )
    .filter((type) => type !== mediaType)
  const requests = changed(base, types, ({ headers }, type) => ({
    headers: { ...headers, 'content-type': type },
  }))
  return ['media type is different', requests]
}

function tooLarge(base: Requests, { mediaType }: RequestBody): Kind {
  const filler = mediaType === 'application/json' ? ' ' : '&'
  const more = fc.integer({ min: 1, max: maxBodyBytes })
  const requests = changed(base, more, ({ body }, bytes) => ({
    body: `${body}${filler.repeat(maxBodyBytes + bytes)}`,
  }))
  return ['body is too large', requests]
}

function changed<Value>(
  base: Requests,
  values: Arbitrary<Value>,
  change: (request: FuzzRequest, value: Value) => Partial<FuzzRequest>,
): Arbitrary<FuzzRequest> {
  return fc
    .tuple(base, values)
    .map(([request, value]) => ({ ...request, ...change(request, value) }))
}
