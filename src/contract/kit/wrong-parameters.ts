/** Makes requests with a fault in the path, the query, the headers or the cookies. */
import fc, { type Arbitrary } from 'fast-check'
import type { KitOperation, KitParameter } from './kit-operation.ts'
import { type Fault, withValues } from './requests.ts'
import { isValidText, type SchemaNode, type Schemas } from './schemas.ts'
import type { Wire } from './send.ts'
import { pair } from './serialize.ts'
import { badEscapes, impossible, type WrongPart } from './wrong-part.ts'
import { mapped, type WrongValues } from './wrong-values.ts'

type Part = KitParameter['in']

const mark = 'replaced-by-the-kit'

export function wrongParameters(
  { parameters }: Pick<KitOperation, 'parameters'>,
  schemas: Schemas,
  wrong: WrongValues,
): WrongPart[] {
  const queries = parameters.filter((parameter) => parameter.in === 'query')
  const missing = parameters.filter((each) => each.required && each.in !== 'path')
  return [
    ...parameters.map(wrongParameter).filter(({ faults }) => Object.keys(faults).length > 0),
    ...missing.map(missingParameter),
    ...queries
      .filter(({ style: { kind, shape } }) => kind === 'text' && shape.isTyped)
      .map(repeatedParameter),
    // Objects in a query may have any names.
    ...(queries.some(({ style }) => style.kind === 'object') ? [] : [unknownParameter(queries)]),
    brokenQuery,
  ]

  function wrongParameter({ name, in: part, schema, style }: KitParameter): WrongPart {
    const title = `wrong values of ${kindsOfPart[part]} ${name}`
    const isPath = part === 'path'
    if (style.kind !== 'text') return { title, isPath, faults: {} }
    const { 'has a NUL': nul, ...others } = wrong.texts(schema)
    // HTTP carries no NUL in a header.
    const texts =
      part === 'header' || part === 'cookie' || !nul ? others : { ...others, 'has a NUL': nul }
    const faults = mapped(texts, (text) =>
      text
        .filter((each) => isCarried(part, each))
        .map((each) =>
          isValidText(schemas, schema, each) ? impossible : setting(part, name, each),
        ),
    )
    const odd = part === 'header' && { 'is odd': oddHeader(schema, name) }
    const escapes = { 'has an invalid escape': invalidEscape(name) }
    return {
      title,
      isPath,
      faults: { ...faults, ...(Object.keys(faults).length > 0 && odd), ...(isPath && escapes) },
    }
  }

  /** HTTP carries them, and lists and tags are parsed from them. */
  function oddHeader(schema: SchemaNode, name: string): Arbitrary<Fault> {
    const texts = fc.oneof(
      fc.stringMatching(/^[\x21-\x7E\xA1-\xFF]([\x20-\x7E\xA0-\xFF]{0,28}[\x21-\x7E\xA1-\xFF])?$/),
      fc.constantFrom('""x', '"a" "b"', '"a",', 'W/', '*, "a"', '"\xE9"'),
    )
    return texts.map((text) =>
      isValidText(schemas, schema, text) ? impossible : setting('header', name, text),
    )
  }
}

const kindsOfPart: Readonly<Record<Part, string>> = {
  path: 'the path parameter',
  query: 'the query parameter',
  header: 'the header',
  cookie: 'the cookie',
}

function setting(part: Part, name: string, value: unknown): Fault {
  return { change: (values) => withValues(values, { [part]: { [name]: value } }) }
}

function isCarried(part: Part, text: string): boolean {
  if (part === 'path') return text !== '' && text !== '.' && text !== '..'
  if (part === 'header') return /^[\x21-\x7E\xA1-\xFF]+([ \t]+[\x21-\x7E\xA1-\xFF]+)*$/.test(text)
  if (part === 'cookie') return /^[\x21\x23-\x2B\x2D-\x3A\x3C-\x5B\x5D-\x7E]+$/.test(text)
  return true
}

function invalidEscape(name: string): Arbitrary<Fault> {
  return fc.constantFrom(...badEscapes).map((sequence) => ({
    change: (values) => withValues(values, { path: { [name]: mark } }),
    rewrite: (wire) => ({ ...wire, target: wire.target.replace(mark, sequence) }),
  }))
}

function missingParameter({ name, in: part }: KitParameter): WrongPart {
  const fault = setting(part, name, undefined)
  return {
    title: `requests without ${kindsOfPart[part]} ${name}`,
    faults: { 'is missing': fc.constant(fault) },
  }
}

function repeatedParameter({ name }: KitParameter): WrongPart {
  const fault: Fault = {
    rewrite: (wire) => {
      const [first] = wire.target
        .split(/[?&]/)
        .filter((each) => each.startsWith(`${encodeURIComponent(name)}=`))
      const twice = first ? [first] : [pair(name, '1'), pair(name, '2')]
      return twice.reduce(withPair, wire)
    },
  }
  return {
    title: `a repeated query parameter ${name}`,
    isTolerable: true,
    faults: { 'is repeated': fc.constant(fault) },
  }
}

/** Some have a meaning for programs that parse queries into objects. */
const oddNames = [
  ...['nonsense', 'Limit', 'limit[]', 'a[b]', 'a.b', '\0', ''],
  ...['__proto__', 'constructor', 'toString'],
]

function unknownParameter(queries: readonly KitParameter[]): WrongPart {
  const isUnknown = (name: string) => queries.every((parameter) => parameter.name !== name)
  const faultOf = (name: string, value: string): Fault => ({
    rewrite: (wire) => withPair(wire, pair(name, value)),
  })
  const odd = oddNames
    .filter(isUnknown)
    .map((name) => [`has ${JSON.stringify(name)}`, fc.constant(faultOf(name, '1'))] as const)
  const anyName = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(isUnknown)
  const any = fc.tuple(anyName, fc.string()).map(([name, value]) => faultOf(name, value))
  return {
    title: 'unknown query parameters',
    isTolerable: true,
    faults: { ...Object.fromEntries(odd), 'has an unknown parameter': any },
  }
}

const brokenQuery: WrongPart = {
  title: 'a query that is not percent-encoded UTF-8',
  isTolerable: true,
  faults: {
    'has an invalid escape': fc
      .constantFrom(...badEscapes)
      .map((sequence): Fault => ({ rewrite: (wire) => withPair(wire, `limit=${sequence}`) })),
  },
}

function withPair(wire: Wire, added: string): Wire {
  return { ...wire, target: `${wire.target}${wire.target.includes('?') ? '&' : '?'}${added}` }
}
