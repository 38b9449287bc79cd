/** Reads multipart/form-data by the schema of the contract: which parts are files, texts or JSON is what the contract says, not the client. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type FileField, fileFields } from '../document/file-fields.ts'
import { declaredTypeOf, essenceOf, isJson } from '../document/media-type.ts'
import type { Document, MediaType } from '../document/openapi.ts'
import { fieldStyle, type Style } from '../document/parameter-styles.ts'
import { shapeOf } from '../document/shape.ts'
import { BadRequest, ContentTooLarge, type Fault } from '../errors/refusal.ts'
import type { Body } from './body.ts'
import type { Limits } from './limits.ts'
import { type Part, readParts } from './multipart-parts.ts'
import { pairReader, pointerTo } from './named-pairs.ts'
import type { Pair } from './query.ts'
import type { KeepFile, KeptFile, UploadedFile } from './uploaded-file.ts'
import { utf8 } from './utf-8.ts'

/** Throws a `BadRequest` or a `ContentTooLarge`, and has released the files then. */
export type ReadMultipart = (req: IncomingMessage, contentType: string) => Promise<Body>

/** `place` is that among the files of the body: a file may be kept before an earlier one is. */
type Kept = KeptFile & { readonly name: string; readonly place: number }

export function multipartReader(
  document: Document,
  declared: MediaType,
  limits: Limits,
  keepFile: KeepFile,
): ReadMultipart {
  const files = fileFields(document, declared)
  const styles = stylesOf(document, declared, files)
  const byName = new Map(styles.map((style) => [style.name, style]))
  const reader = pairReader(styles, 'body', { limits, decode: (text) => text })

  return async function readMultipart(req, contentType) {
    const faults: Fault[] = []
    const kept: Kept[] = []
    const pairs: Pair[] = []
    let fieldCount = 0
    let fileCount = 0
    const fault = (name: string, detail: string) =>
      faults.push({ in: 'body', pointer: pointerTo(name), detail })

    async function onPart(part: Part, chunks: Readable): Promise<void> {
      const { name = '', mediaType, encoding } = part
      const file = files.get(name)
      const style = byName.get(name) ?? (reader.knows(name) ? anyText : undefined)
      const refused = partFault(part, file, style)
      if (refused) {
        fault(name, refused)
        if (faults.length >= limits.faults) throw invalid(faults)
        return await skip(chunks)
      }
      if (!file) {
        if (++fieldCount > limits.fields) throw tooMany('fields', limits.fields)
        const text = utf8(await buffer(limited(chunks, limits.fieldBytes, 'A field')))
        if (text !== '') pairs.push({ name, text, raw: text })
        return
      }
      const place = ++fileCount
      if (place > limits.files) throw tooMany('files', limits.files)
      const label = { filename: part.filename ?? '', mediaType }
      const its = await keepFile(limited(chunks, limits.fileBytes, 'A file'), label)
      if (label.filename === '' && its.file.size === 0) return await its.release()
      kept.push({ ...its, name, place })
      if (its.file.size > file.maxLength)
        fault(name, `must NOT have more than ${file.maxLength} bytes`)
      if (encoding === 'base64' || encoding === 'quoted-printable')
        fault(name, `must not be encoded as ${encoding}`)
    }

    const release = async () => {
      await Promise.all(kept.map((each) => each.release()))
    }
    try {
      await readParts(req, contentType, limits.uploadBytes, onPart)
      const { values, faults: ofTexts } = reader.read(pairs)
      const inOrder = kept.toSorted((one, other) => one.place - other.place)
      const sent = filesByName(inOrder, files, fault)
      return {
        value: Object.assign(values, placeholders(sent)),
        files: sent,
        faults: [...faults, ...ofTexts],
        release,
      }
    } catch (error) {
      await release()
      throw error
    }
  }
}

/** Those that are no files. */
function stylesOf(
  document: Document,
  { schema = {}, encoding = {} }: MediaType,
  files: ReadonlyMap<string, FileField>,
): Style[] {
  return [...shapeOf(document, schema).properties]
    .filter(([name]) => !files.has(name))
    .map(([name, property]) => fieldStyle(name, property(), encoding[name]))
}

/** A property of an object whose properties are fields. */
const anyText = { kind: 'text' } as const

function partFault(
  { name, filename, mediaType }: Part,
  file: FileField | undefined,
  style: Pick<Style, 'kind'> | undefined,
): string | undefined {
  if (name === undefined) return 'has no name'
  if (!file && !style) return 'is not a field of this operation'
  if (!file) {
    // A browser sends JSON as a file, because a field cannot have a media type there.
    const isTyped = style?.kind === 'json' && (isJson(mediaType) || filename === undefined)
    return filename === undefined || isTyped ? undefined : 'must be a field, not a file'
  }
  // Some clients send neither the name nor the bytes of a file that is not chosen.
  if (filename === undefined && mediaType !== 'application/octet-stream') return 'must be a file'
  const { mediaTypes } = file
  const isAllowed =
    mediaTypes.length === 0 || !filename || declaredTypeOf(mediaTypes, essenceOf(mediaType))
  return isAllowed ? undefined : `must be of the media type ${mediaTypes.join(' or ')}`
}

type FilesByName = Readonly<Record<string, UploadedFile | readonly UploadedFile[]>>

function filesByName(
  kept: readonly Kept[],
  fields: ReadonlyMap<string, FileField>,
  fault: (name: string, detail: string) => void,
): FilesByName {
  const entries = [...Map.groupBy(kept, ({ name }) => name)].map(([name, its]) => {
    const [first, ...others] = its.map(({ file }) => file)
    const isList = fields.get(name)?.kind === 'list'
    if (!isList && others.length > 0) fault(name, 'is repeated')
    return [name, isList ? its.map(({ file }) => file) : first] as const
  })
  return Object.fromEntries(entries.flatMap(([name, file]) => (file ? [[name, file]] : [])))
}

/** What the validator sees of files: whether they are there, and how many. */
function placeholders(files: FilesByName): Record<string, unknown> {
  const entries = Object.entries(files).map(([name, file]) => [
    name,
    Array.isArray(file) ? file.map(() => '') : '',
  ])
  return Object.fromEntries(entries)
}

async function* limited(
  chunks: Readable,
  maxBytes: number,
  what: string,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new ContentTooLarge(maxBytes, what)
    yield chunk
  }
}

async function skip(chunks: Readable): Promise<void> {
  for await (const _ of chunks);
}

function tooMany(what: string, most: number): BadRequest {
  return new BadRequest(`The form has too many ${what}: use at most ${most}`)
}

function invalid(faults: readonly Fault[]): BadRequest {
  return new BadRequest('The request is invalid', { faults })
}
