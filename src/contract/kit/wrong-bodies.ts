/** Makes requests with a fault in the body: a field, the syntax, or the media type. */
import fc from 'fast-check'
import type { FormField } from '../document/form-fields.ts'
import { formType, isJson, kindOf } from '../document/media-type.ts'
import type { KitBody, KitOperation } from './kit-operation.ts'
import type { RequestValues } from './options.ts'
import { defined, type Fault } from './requests.ts'
import { hasDefault, isValidText, type SchemaNode, type Schemas } from './schemas.ts'
import type { Wire } from './send.ts'
import { badEscapes, impossible, type WrongPart } from './wrong-part.ts'
import { type Kinds, mapped, type WrongValues } from './wrong-values.ts'

export function wrongBodies(
  { bodies, requiresBody }: Pick<KitOperation, 'bodies' | 'requiresBody'>,
  schemas: Schemas,
  wrong: WrongValues,
): WrongPart[] {
  const isExact = bodies.every(({ mediaType }) => !mediaType.includes('*'))
  return [
    ...bodies.flatMap(wrongBody),
    ...(bodies.length > 0 && requiresBody ? [missingBody(bodies)] : []),
    ...(bodies.length > 0 && isExact ? [otherMediaType(bodies)] : []),
    ...bodies.filter(({ mediaType }) => kindOf(mediaType) === 'value').map(otherCharset),
  ]

  function wrongBody({ mediaType, schema, fields: sent }: KitBody): WrongPart[] {
    const isForm = mediaType === formType
    if (!isForm && !isJson(mediaType)) return []
    const fields = fieldsOf(schema).flatMap(([name, field, isRequired]): WrongPart[] => {
      const kinds = isForm ? formTexts(field, sent.get(name)) : wrong.values(field)
      const set = mapped(kinds, (values) =>
        values.map((value) =>
          isForm && isValidText(schemas, field, String(value))
            ? impossible
            : changing(schema, { [name]: value }),
        ),
      )
      const faults = isRequired
        ? { ...set, 'is missing': fc.constant(changing(schema, { [name]: undefined })) }
        : set
      return Object.keys(faults).length === 0
        ? []
        : [{ title: `wrong values of the body field ${name}`, mediaType, faults }]
    })
    return [...fields, ...wholeBody({ mediaType, schema }), ...syntax(mediaType, isForm)]
  }

  /** In a form, an empty value may count as omitted. */
  function formTexts(field: SchemaNode, sent: FormField | undefined): Kinds<string> {
    return sent?.kind === 'text' ? mapped(wrong.texts(field), (texts) => texts.filter(Boolean)) : {}
  }

  function wholeBody({ mediaType, schema }: Pick<KitBody, 'mediaType' | 'schema'>): WrongPart[] {
    const isClosed = schemas
      .alternatives(schema)
      .every(({ additionalProperties }) => additionalProperties === false)
    const unknown = {
      'has an unknown field': fc
        .tuple(unknownField, fc.jsonValue({ maxDepth: 1 }))
        .map(([name, value]) => changing(schema, { [name]: mediaType === formType ? 'x' : value })),
    }
    const kinds =
      mediaType === formType
        ? {}
        : mapped(wrong.values(schema), (values) => values.map((value) => replacing(schema, value)))
    const faults = { ...kinds, ...(isClosed && unknown) }
    return Object.keys(faults).length === 0
      ? []
      : [{ title: 'a body that its schema does not allow', mediaType, faults }]
  }

  /** The required ones first. */
  function fieldsOf(schema: SchemaNode): [name: string, schema: SchemaNode, isRequired: boolean][] {
    const all = new Map<string, [string, SchemaNode, boolean]>()
    for (const { properties = {}, required = [], dependentRequired = {} } of schemas.alternatives(
      schema,
    )) {
      const needed = [...required, ...Object.values(dependentRequired).flat()]
      for (const [name, field] of Object.entries(properties))
        if (!all.get(name)?.[2])
          all.set(name, [name, field, needed.includes(name) && !hasDefault(schemas, field)])
    }
    return [...all.values()]
  }

  /** Undefined if the schema allows the changed body. */
  function changing(schema: SchemaNode, fields: Readonly<Record<string, unknown>>): Fault {
    return {
      change: (values) => {
        if (typeof values.body !== 'object' || values.body === null) return undefined
        const body = defined({ ...values.body, ...fields })
        return schemas.isValid(schema, asCarried(body)) ? undefined : { ...values, body }
      },
    }
  }

  function replacing(schema: SchemaNode, body: unknown): Fault {
    return {
      change: (values) => (schemas.isValid(schema, body) ? undefined : { ...values, body }),
    }
  }
}

/** What the server reads: without undefined fields. */
const asCarried = (body: unknown): unknown => JSON.parse(JSON.stringify(body))

const unknownField = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'nonsense', 'id', 'scopes', 'hash'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
)

const body = (change: (body: string | Uint8Array | undefined) => Wire['body']): Fault => ({
  rewrite: (wire) => ({ ...wire, body: change(wire.body) }),
})

function missingBody([first]: readonly KitBody[]): WrongPart {
  const fault: Fault = { change: (values): RequestValues => ({ ...values, body: undefined }) }
  const mediaType = first?.mediaType
  return {
    title: 'requests without a body',
    ...(mediaType && { mediaType }),
    faults: { 'is missing': fc.constant(fault) },
  }
}

function syntax(mediaType: string, isForm: boolean): WrongPart[] {
  if (isForm)
    return [
      {
        title: 'a malformed form',
        mediaType,
        isTolerable: true,
        faults: {
          'has an invalid escape': fc
            .constantFrom(...badEscapes)
            .map((sequence) => body((text) => `${text}&x=${sequence}`)),
          'has a repeated field': fc.constant(
            body((text) => `${text}&${String(text).split('&')[0]}`),
          ),
          'has a control character in a name': fc
            .constantFrom('%00=x', 'x%0D%0A=x', '%1F=x', '%7Fx=x', '\0=x')
            .map((field) => body((text) => `${text}&${field}`)),
        },
      },
    ]
  return [
    {
      title: 'a body that is not JSON',
      mediaType,
      faults: {
        'is not JSON': fc.constantFrom(...notJson).map((text) => body(() => text)),
        'is cut': fc.constant(body((text) => cut(String(text)))),
        'is not UTF-8': fc.constant(body((text) => notUtf8(String(text)))),
      },
    },
    {
      title: 'JSON with an unpaired surrogate',
      mediaType,
      isTolerable: true,
      faults: { 'has an unpaired surrogate': fc.constant(body((text) => halved(String(text)))) },
    },
  ]
}

const notJson = [
  ...['{', '}', '{]', "{'a':1}", '{a:1}', '{"a":1,}', '{"a":01}', '//x', 'undefined'],
  ...['{"a":"\n"}', '{"a":"\\x"}', '\0', '[1]x', '-', '"', 'nul', '{"a":1}{"a":1}'],
  '['.repeat(4000),
  '{"a":'.repeat(1000),
]

/** A value cut at its end is not JSON, except a number. */
const cut = (json: string): string => (/[}\]"]$/.test(json) ? json.slice(0, -1) : `${json}}`)

function notUtf8(json: string): Uint8Array {
  const end = /[}\]"]$/.test(json) ? json.length - 1 : json.length
  return Buffer.concat([
    Buffer.from(json.slice(0, end)),
    Buffer.from([0xff]),
    Buffer.from(json.slice(end)),
  ])
}

/** Appends an unpaired surrogate to a string. A schema may allow it, JSON does not (RFC 8259 §8.2). */
const halved = (json: string): string => {
  const made = json.replace(/^(.*(?<!\\))"(?=[,}\]])/s, '$1\\ud83e"')
  return made === json ? '"\\ud83e"' : made
}

function otherMediaType(bodies: readonly KitBody[]): WrongPart {
  const declared = bodies.map(({ mediaType }) => mediaType)
  const [first = ''] = declared
  const types = fc
    .oneof(
      fc.constantFrom(
        ...['application/json', formType, 'text/plain', 'text/html', 'application/xml'],
        ...['multipart/form-data; boundary=x', 'application/octet-stream', 'application/jsonp'],
        ...['application/json/x', 'json', '*/*', ';', 'application', `${first}, text/plain`],
      ),
      fc.stringMatching(/^[a-z]{1,10}\/[a-z.+-]{1,20}$/),
    )
    .filter((type) => !declared.some((each) => type.startsWith(each) && !type.includes(',')))
  return {
    title: 'a body of another media type',
    mediaType: first,
    faults: { 'has another media type': types.map(ofType) },
  }
}

function otherCharset({ mediaType }: KitBody): WrongPart {
  const type = `${mediaType}; charset=utf-16`
  return {
    title: `a body of ${type}`,
    mediaType,
    isTolerable: true,
    faults: { 'has another charset': fc.constant(ofType(type)) },
  }
}

function ofType(type: string): Fault {
  return { rewrite: (wire) => ({ ...wire, headers: { ...wire.headers, 'content-type': type } }) }
}
