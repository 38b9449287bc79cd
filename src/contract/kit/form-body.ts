/** Writes forms as HTTP carries them (OpenAPI 3.1 §4.8.14, RFC 7578), files included. */
import { type FormField, type FormFields, isFile } from '../document/form-fields.ts'
import { fieldsOf, queryPairs, textOf, type WrittenStyle } from './serialize.ts'

/** A file that was read, because writing a request does not wait. */
export interface SentFile {
  readonly bytes: Uint8Array
  readonly filename: string
  readonly mediaType: string
}

export function isSentFile(value: unknown): value is SentFile {
  return typeof value === 'object' && value !== null && 'bytes' in value && isBytes(value.bytes)
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array

/** Reads the files (`Blob`, `File`) of a body, its fields and its lists. */
export async function readFiles(body: unknown): Promise<unknown> {
  if (body instanceof Blob) return await readFile(body)
  if (Array.isArray(body)) return await Promise.all(body.map(readFiles))
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return body
  const hasFiles = Object.values(body)
    .flat()
    .some((each) => each instanceof Blob)
  if (!hasFiles) return body
  const read = Object.entries(body).map(async ([name, each]) => [name, await readFiles(each)])
  return Object.fromEntries(await Promise.all(read))
}

async function readFile(file: Blob): Promise<SentFile> {
  const filename = file instanceof File ? file.name : 'file.bin'
  return { bytes: new Uint8Array(await file.arrayBuffer()), filename, mediaType: file.type }
}

export function urlencoded(value: unknown, fields: FormFields): string {
  return pairsOf(value, fields).join('&')
}

function pairsOf(value: unknown, fields: FormFields): string[] {
  return fieldsOf(value).flatMap(([name, each]) =>
    queryPairs(styleOf(name, fields.get(name), each), each),
  )
}

/** An object is JSON, unless a style is declared. */
function styleOf(name: string, field: FormField | undefined, value: unknown): WrittenStyle {
  if (field && !isFile(field)) return field
  const kind = typeof value === 'object' && !Array.isArray(value) ? 'json' : 'text'
  return { name, kind, delimiter: ',', explode: true, isDeep: false }
}

export const boundary = 'part-of-the-contract-tests'

export function multipart(value: unknown, fields: FormFields): Uint8Array {
  const chunks = fieldsOf(value).flatMap(([name, each]) => {
    const field = fields.get(name)
    const values = isOneFile(field) ? [each] : [each].flat()
    if (isFile(field) || values.some((one) => isBytes(one) || isSentFile(one)))
      return values.map((one) => filePart(name, one, isFile(field) ? field.mediaTypes : []))
    return textParts(name, each, field)
  })
  return Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])
}

const isOneFile = (field: FormField | undefined) => isFile(field) && field.kind === 'one'

function filePart(name: string, value: unknown, mediaTypes: readonly string[]): Buffer {
  const declared = anyOf(mediaTypes)
  const made = isBytes(value) ? value : Buffer.from(textOf(value))
  const file = isSentFile(value)
    ? value
    : { bytes: made, filename: 'file.bin', mediaType: declared }
  const disposition = `${dispositionOf(name)}; filename="${escaped(file.filename)}"`
  return part([disposition, `Content-Type: ${file.mediaType || declared}`], file.bytes)
}

function textParts(name: string, value: unknown, field: FormField | undefined): Buffer[] {
  const { kind } = styleOf(name, field, value)
  return pairsOf({ [name]: value }, new Map(field && [[name, field]])).map((each) => {
    const [sent = '', text = ''] = each.split('=', 2).map(decodeURIComponent)
    const type = kind === 'json' ? ['Content-Type: application/json'] : []
    return part([dispositionOf(sent), ...type], Buffer.from(text))
  })
}

/** A media type that a range such as `image/*` includes. */
function anyOf([first = 'application/octet-stream']: readonly string[]): string {
  const [kind = '*'] = first.split('/')
  const usual: Readonly<Record<string, string>> = { image: 'image/png', text: 'text/plain' }
  if (!first.endsWith('/*')) return first
  return usual[kind] ?? `${kind.replace('*', 'application')}/octet-stream`
}

function part(headers: readonly string[], content: Uint8Array): Buffer {
  const head = Buffer.from(`--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`)
  return Buffer.concat([head, content, Buffer.from('\r\n')])
}

const dispositionOf = (name: string) => `Content-Disposition: form-data; name="${escaped(name)}"`

/** As browsers do (WHATWG HTML §4.10.21.8). */
function escaped(name: string): string {
  return name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22')
}

/** What a server reads of a form that the kit has made: an empty text and an empty list count as omitted. */
export function asRead(value: unknown, fields: FormFields): unknown {
  if (typeof value !== 'object' || value === null) return value
  const read = fieldsOf(value).flatMap(([name, each]) => {
    const field = fields.get(name)
    if (isOneFile(field)) return [[name, each] as const]
    const sent = Array.isArray(each) && !isFile(field) ? each.filter((item) => item !== '') : each
    const isOmitted = sent === '' || (Array.isArray(sent) && sent.length === 0)
    return isOmitted ? [] : [[name, sent] as const]
  })
  return Object.fromEntries(read)
}
