/**
 * How the texts of parameters and form fields become values (OpenAPI 3.1 §4.8.12.2, RFC 6570), and the one list of what cannot be
 * read: `styleFault`.
 */
import { essenceOf, isJson, multipartType } from './media-type.ts'
import type { Document, Encoding, MediaType, Parameter, Schema } from './openapi.ts'
import { type Shape, shapeOf } from './shape.ts'

/** What a text is read as. `textOrList`: a list if the name is repeated. */
export type Kind = 'text' | 'list' | 'textOrList' | 'object' | 'json' | 'mixed'

/** A parameter, or a field of a form, which is read like one of a query. */
export interface Style {
  readonly name: string
  readonly kind: Kind
  readonly shape: Shape
  /** Between the items of a list, or the names and values of an object, if they are in one text. */
  readonly delimiter: ',' | ' ' | '|'
  /** Each item or property is a pair of its own. */
  readonly explode: boolean
  /** The properties of an object are sent as `name[property]`. */
  readonly isDeep: boolean
  readonly allowsEmpty: boolean
}

const styles = {
  path: ['simple'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
} as const

const delimiters: Readonly<Record<string, Style['delimiter']>> = {
  spaceDelimited: ' ',
  pipeDelimited: '|',
}

/** Of a parameter of which `styleFault` reports nothing. */
export function styleOf(document: Document, parameter: Parameter): Style {
  const { name, in: part, explode, allowEmptyValue: allowsEmpty = false } = parameter
  const [defaultStyle] = styles[part]
  const { style = defaultStyle } = parameter
  const shape = shapeOf(document, schemaOf(parameter))
  const kind = Object.keys(parameter.content ?? {}).some(isJson) ? 'json' : kindOfShape(shape)
  return { name, shape, kind, allowsEmpty, ...writtenAs(style, explode) }
}

/** Of a field of a form. An object is JSON, unless a style is declared (OpenAPI 3.1 §4.8.15). */
export function fieldStyle(name: string, shape: Shape, encoding: Encoding = {}): Style {
  const { style, explode, contentType } = encoding
  const kind = kindOfShape(shape)
  const isJsonText = contentType === undefined ? kind === 'object' && !style : isJson(contentType)
  return {
    name,
    shape,
    kind: isJsonText ? 'json' : kind,
    allowsEmpty: true,
    ...writtenAs(style, explode),
  }
}

function writtenAs(style = 'form', explode = style === 'form') {
  return { delimiter: delimiters[style] ?? ',', explode, isDeep: style === 'deepObject' } as const
}

/** The schema of the value, also if the parameter is described by a media type. */
export function schemaOf({ schema, content = {} }: Parameter): Schema {
  return schema ?? Object.values(content)[0]?.schema ?? {}
}

const texts = new Set(['string', 'number', 'integer', 'boolean'])

function kindOfShape({ types, isTyped }: Shape): Kind {
  if (!isTyped) return 'text'
  const kinds = [...types].filter((type) => type !== 'null')
  if (kinds.every((type) => texts.has(type))) return 'text'
  if (kinds.every((type) => type === 'array')) return 'list'
  if (kinds.every((type) => type === 'object')) return 'object'
  return kinds.includes('object') ? 'mixed' : 'textOrList'
}

/** How the files of a multipart field are sent; undefined if it has none. */
export function fileKind(shape: Shape): 'one' | 'list' | undefined {
  if (isFile(shape)) return 'one'
  return kindOfShape(shape) === 'list' && isFile(shape.items()) ? 'list' : undefined
}

/** A schema without a type is one of bytes (OpenAPI 3.1 §4.8.15). */
function isFile({ isTyped, isBinary, types }: Shape): boolean {
  return !isTyped || (isBinary && types.has('string'))
}

/** Why the fields of a form cannot be read, in a sentence without its subject; undefined if they can. */
export function formFault(
  document: Document,
  mediaType: string,
  declared: MediaType,
): string | undefined {
  const { schema = {}, encoding = {} } = declared
  const form = shapeOf(document, schema)
  const isMultipart = essenceOf(mediaType) === multipartType
  if (isMultipart && allowsOthers(form))
    return 'cannot have additional properties: declare each field'
  for (const [name, property] of form.properties) {
    if (isMultipart && fileKind(property())) continue
    const fault = fieldFault(fieldStyle(name, property(), encoding[name]))
    if (fault) return `has the field ${name}, which ${fault}`
  }
  return undefined
}

function fieldFault(style: Style): string | undefined {
  const { name, kind, shape } = style
  if (name === '__proto__') return 'cannot be named __proto__'
  if (kind === 'json' || kind === 'text') return undefined
  if (kind === 'mixed') return 'cannot be an object or something else: use one of them'
  if (kind === 'object') return objectFault(style, false)
  if (!isText(shape.items()))
    return 'cannot be a list of lists or objects: use an `encoding` with the contentType application/json'
  return undefined
}

const isText = (shape: Shape) => kindOfShape(shape) === 'text'
const isListOfTexts = (shape: Shape) => kindOfShape(shape) === 'list' && isText(shape.items())

/** Why a parameter cannot be read, in a sentence without its subject; undefined if it can. */
export function styleFault(document: Document, parameter: Parameter): string | undefined {
  const { name, in: part, style, content } = parameter
  const known: readonly string[] = styles[part]
  if (name === '__proto__') return 'cannot be named __proto__'
  if (content) return contentFault(content)
  if (style !== undefined && !known.includes(style))
    return `cannot have the style ${style}: use ${known.join(' or ')}`
  const read = styleOf(document, parameter)
  const { kind, shape, delimiter, explode, isDeep } = read
  const isForm = part === 'query' && delimiter === ',' && !isDeep
  if (kind === 'mixed')
    return 'cannot be an object or something else: use one of them, or `content` with a media type'
  if (kind === 'textOrList' && !(isForm && explode && isText(shape.items())))
    return 'can be a text or a list of texts only in an exploded query'
  if (isDeep && kind !== 'object') return 'cannot have the style deepObject: it is no object'
  if (kind === 'list' && !isText(shape.items()))
    return 'cannot be a list of lists or objects: use `content` with a media type'
  if (kind === 'list' && part === 'query' && explode && !isForm)
    return `cannot be delimited by ${delimiter === ' ' ? 'spaces' : 'pipes'} and exploded: use explode: false`
  const fault = kind === 'object' ? objectFault(read, isForm) : undefined
  if (fault || part !== 'cookie' || kind === 'text' || !explode) return fault
  return 'cannot be exploded: use explode: false'
}

function contentFault(content: object): string | undefined {
  const [only = '', ...others] = Object.keys(content)
  if (others.length > 0) return 'cannot have several media types'
  if (isJson(only) || only.startsWith('text/')) return undefined
  return `cannot have the media type ${only}: use application/json or text/plain`
}

function objectFault({ shape, isDeep, explode }: Style, isForm: boolean): string | undefined {
  const values = [...shape.properties.values()].map((value) => value())
  const repeats = isDeep || (explode && isForm)
  if (!values.every((value) => isText(value) || (repeats && isListOfTexts(value))))
    return 'cannot have a property that is a list or an object: use `content` with a media type'
  if (shape.properties.has('__proto__')) return 'cannot have a property named __proto__'
  if (!isForm || !explode) return undefined
  if (shape.properties.size === 0 || allowsOthers(shape))
    return 'cannot be an exploded object with any properties, because each would be a parameter: use the style deepObject'
  return undefined
}

function allowsOthers({ additional = false }: Shape): boolean {
  return additional !== false
}
