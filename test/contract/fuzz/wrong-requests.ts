/** Requests with one fault each, of every kind that an operation gives room for: in its path, query, headers, media type and body. */
import fc, { type Arbitrary } from 'fast-check'
import type { Operation, Parameter, RequestBody } from './operations.ts'
import { type FuzzRequest, familiarRequest, mostBytes, pairs, written } from './requests.ts'
import { isValid, isValidText } from './schemas.ts'
import { validText } from './values.ts'
import { mapped, wrongObjects, wrongTexts, wrongValues } from './wrong-values.ts'

/** The kinds of faults that requests of an operation can have, by their names. */
export function wrongRequests(operation: Operation): Record<string, Arbitrary<FuzzRequest>> {
  const good = familiarRequest(operation)
  const { body, parameters } = operation
  const queries = parameters.filter((parameter) => parameter.in === 'query')
  const kinds = [
    ...parameters.flatMap((parameter) => wrongParameters(good, parameter)),
    ...queries.map((parameter) => repeatedParameter(good, parameter)),
    ...parameters
      .filter(({ required, in: part }) => required && part !== 'path')
      .map((parameter) => missingParameter(good, parameter)),
    unknownParameter(good, queries),
    brokenQuery(good),
    ...(body?.mediaType === 'application/json' ? wrongJson(operation, body, good) : []),
    ...(body?.mediaType === 'application/x-www-form-urlencoded'
      ? wrongForms(operation, body, good)
      : []),
    ...(body ? [otherMediaType(good, body), tooLarge(good, body)] : []),
  ]
  return Object.fromEntries(kinds)
}

type Kind = readonly [name: string, requests: Arbitrary<FuzzRequest>]
type Good = Arbitrary<FuzzRequest>

const badEscapes = ['%', '%Z', '%ZZ', '%80', '%c0%80', '%ED%A0%80']

function wrongParameters(good: Good, { name, in: part, schema }: Parameter): Kind[] {
  const texts = wrongTexts(schema)
  // HTTP carries no NUL in a header.
  const { 'has a NUL': _, ...headerTexts } = texts
  const kinds = {
    path: () => ({
      ...mapped(texts, (text) => inPath(good, name, text.filter(Boolean).map(encodeURIComponent))),
      'is badly escaped': inPath(good, name, fc.constantFrom(...badEscapes)),
    }),
    query: () => mapped(texts, (text) => inQuery(good, name, text)),
    header: () =>
      mapped({ ...headerTexts, 'is odd': oddHeader }, (text) =>
        inHeader(good, { name, schema }, text),
      ),
  }
  return Object.entries(kinds[part]()).map(([kind, requests]) => [
    `${part} ${name} ${kind}`,
    requests,
  ])
}

function inPath(good: Good, name: string, segment: Arbitrary<string>): Good {
  return changed(good, segment, ({ path }, value) => ({ path: { ...path, [name]: value } }))
}

function inQuery(good: Good, name: string, text: Arbitrary<string>): Good {
  return changed(good, text, ({ query }, value) => ({
    query: [...query.filter((pair) => !pair.startsWith(`${name}=`)), ...pairs({ [name]: value })],
  }))
}

const oddHeader = fc.oneof(
  fc.stringMatching(/^[\x20-\x7E\xA0-\xFF]{0,30}$/),
  fc.constantFrom('', '""x', '"a" "b"', '"a",', 'W/', '*, "a"', '"é"'),
)

/** What HTTP carries, without the spaces around it. */
function inHeader(
  good: Good,
  { name, schema }: Pick<Parameter, 'name' | 'schema'>,
  text: Arbitrary<string>,
): Good {
  const carried = text
    .filter((value) => /^[\t\x20-\x7E\x80-\xFF]*$/.test(value))
    .filter((value) => !isValidText(schema, value.replace(/^[ \t]+|[ \t]+$/g, '')))
  return changed(good, carried, ({ headers }, value) => ({
    headers: { ...headers, [name]: value },
  }))
}

function repeatedParameter(good: Good, { name, schema }: Parameter): Kind {
  const twice = fc.tuple(validText(schema), validText(schema))
  const requests = changed(good, twice, ({ query }, [one, other]) => ({
    query: [...query, ...pairs({ [name]: one }), ...pairs({ [name]: other })],
  }))
  return [`query ${name} comes twice`, requests]
}

function missingParameter(good: Good, { name, in: part }: Parameter): Kind {
  const requests = good.map((request) => ({
    ...request,
    query: request.query.filter((pair) => !pair.startsWith(`${name}=`)),
    headers: Object.fromEntries(Object.entries(request.headers).filter(([each]) => each !== name)),
  }))
  return [`${part} ${name} is missing`, requests]
}

function unknownParameter(good: Good, queries: readonly Parameter[]): Kind {
  const name = fc
    .oneof(
      fc.constantFrom('access_token', '__proto__', 'constructor', 'a[b]', 'limit[]', 'Limit'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
    )
    .filter((each) => queries.every((parameter) => parameter.name !== each))
  const requests = changed(good, fc.tuple(name, fc.string()), ({ query }, [key, value]) => ({
    query: [...query, ...pairs({ [key]: value })],
  }))
  return ['query has an unknown parameter', requests]
}

function brokenQuery(good: Good): Kind {
  const requests = changed(good, fc.constantFrom(...badEscapes), ({ query }, sequence) => ({
    query: [...query, `limit=${sequence}`],
  }))
  return ['query is badly escaped', requests]
}

function wrongJson(operation: Operation, { schema }: RequestBody, good: Good): Kind[] {
  const withBody = (body: Arbitrary<string | Uint8Array | undefined>) =>
    changed(good, body, (_, value) => ({ body: value }))
  const valid = good.map(({ body }) => String(body))
  return [
    ...Object.entries(wrongValues(schema)).map(
      ([kind, values]): Kind => [
        `body: ${kind}`,
        withBody(values.map((value) => written(operation, value))),
      ],
    ),
    ['body is missing', withBody(fc.constant(undefined))],
    ['body is no JSON', withBody(fc.oneof(fc.constantFrom(...noJson), valid.map(cut)))],
    [
      'body contains an unpaired surrogate',
      withBody(valid.filter((json) => halved(json) !== json).map(halved)),
    ],
    ['body is no UTF-8', withBody(valid.map(notUtf8))],
  ]
}

const deep = 4000
const noJson = [
  ...['{', '}', '{]', "{'a':1}", '{a:1}', '{"a":1,}', '{"a":NaN}', '{"a":01}', '//x', 'undefined'],
  ...['{"a":"\n"}', '{"a":"\\x"}', '\0', '[1]x', ' ', '1e999', '-', '"', 'nul', '{"a":1}{"a":1}'],
  '['.repeat(deep),
  '{"a":'.repeat(1000),
  `${'['.repeat(deep)}${']'.repeat(deep)}`,
]

const cut = (json: string): string => json.slice(0, -1)

/** At the end of the last text. A schema may allow it, JSON does not (RFC 8259 §8.2). */
const halved = (json: string): string => json.replace(/^(.*(?<!\\))"(?=[,}\]])/s, '$1\\ud83e"')

function notUtf8(json: string): Uint8Array {
  return Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')])
}

function wrongForms(operation: Operation, { schema }: RequestBody, good: Good): Kind[] {
  const names = fc.constantFrom(...Object.keys(schema.properties ?? {}))
  const fields = mapped(wrongObjects(schema, wrongTexts), (values) =>
    values.map(withoutEmpty).filter((value) => !isValid(schema, value)),
  )
  const appended = (kind: string, piece: Arbitrary<string>): Kind => [
    kind,
    changed(good, piece, ({ body }, text) => ({ body: `${body}&${text}` })),
  ]
  return [
    ...Object.entries(fields).map(
      ([kind, values]): Kind => [
        `form: ${kind}`,
        changed(good, values, (_, value) => ({ body: written(operation, value) })),
      ],
    ),
    ['form is missing', changed(good, fc.constantFrom('', undefined), (_, body) => ({ body }))],
    appended(
      'form is badly escaped',
      fc.constantFrom(...badEscapes).map((sequence) => `x=${sequence}`),
    ),
    appended(
      'form has a field twice',
      names.map((name) => `${name}=x&${name}=y`),
    ),
    appended(
      'form contains a control character',
      fc.constantFrom('x=%00', 'x=%0D%0A', '%1F=x', 'x=%7F', 'x=\0'),
    ),
  ]
}

/** In a form, an empty value counts as omitted (RFC 6749 §3.2). */
function withoutEmpty(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}

function otherMediaType(good: Good, { mediaType }: RequestBody): Kind {
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
  const requests = changed(good, types, ({ headers }, type) => ({
    headers: { ...headers, 'content-type': type },
  }))
  return ['media type is another', requests]
}

function tooLarge(good: Good, { mediaType }: RequestBody): Kind {
  const filler = mediaType === 'application/json' ? ' ' : '&'
  const more = fc.integer({ min: 1, max: mostBytes })
  const requests = changed(good, more, ({ body }, bytes) => ({
    body: `${body}${filler.repeat(mostBytes + bytes)}`,
  }))
  return ['body is too large', requests]
}

function changed<Value>(
  good: Good,
  values: Arbitrary<Value>,
  change: (request: FuzzRequest, value: Value) => Partial<FuzzRequest>,
): Arbitrary<FuzzRequest> {
  return fc
    .tuple(good, values)
    .map(([request, value]) => ({ ...request, ...change(request, value) }))
}
