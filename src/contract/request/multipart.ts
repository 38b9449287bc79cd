/** Reads multipart/form-data by the schema of the contract: which parts are files, texts or JSON is what the contract says, not the client. */
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  type FileField,
  type FormFields,
  formFields,
  isFile,
  stylesOf,
} from '../document/form-fields.ts'
import { declaredTypeOf, essenceOf, isJson, multipartType } from '../document/media-type.ts'
import type { Document, MediaType } from '../document/openapi.ts'
import type { Style } from '../document/parameter-styles.ts'
import { BadRequest, type Fault } from '../errors/refusal.ts'
import type { Body } from './body.ts'
import type { Limits } from './limits.ts'
import { type Part, readParts } from './multipart-parts.ts'
import { pairReader, pointerTo } from './named-pairs.ts'
import type { Pair } from './pairs.ts'
import { limitedChunks } from './request-stream.ts'
import type { KeepFile, KeptFile, UploadedFile } from './uploaded-file.ts'
import { utf8 } from './utf-8.ts'

type Kept = KeptFile & { readonly name: string }

/** What it returns throws a `BadRequest` or a `ContentTooLarge`, and has released the files then. */
export function multipartReader(
  document: Document,
  declared: MediaType,
  limits: Limits,
  keepFile: KeepFile,
): (req: IncomingMessage, contentType: string) => Promise<Body> {
  const fields = formFields(document, multipartType, declared)
  const reader = pairReader(stylesOf(fields), 'body', { limits, decode: (text) => text })

  return async function readMultipart(req, contentType) {
    const faults: Fault[] = []
    /** By their places in the body: a file may be kept before an earlier one is. */
    const kept: Kept[] = []
    const pairs: Pair[] = []
    let fieldCount = 0
    let fileCount = 0
    const fault = (name: string, detail: string) =>
      faults.push({ in: 'body', pointer: pointerTo(name), detail })

    async function onPart(part: Part, chunks: Readable): Promise<void> {
      const { name = '', mediaType, encoding } = part
      const field = fields.get(name) ?? (reader.knows(name) ? anyText : undefined)
      const refused = partFault(part, field)
      if (refused) {
        fault(name, refused)
        if (faults.length >= limits.faults)
          throw new BadRequest('The request is invalid', { faults })
        return await skip(chunks)
      }
      if (!isFile(field)) {
        if (++fieldCount > limits.fields) throw tooMany('fields', limits.fields)
        const text = utf8(await buffer(limitedChunks(chunks, limits.fieldBytes, 'A field')))
        if (text !== '') pairs.push({ name, text, raw: text })
        return
      }
      const place = fileCount++
      if (place >= limits.files) throw tooMany('files', limits.files)
      const label = { filename: part.filename ?? '', mediaType }
      const its = await keepFile(limitedChunks(chunks, limits.fileBytes, 'A file'), label)
      if (label.filename === '' && its.file.size === 0) return await its.release()
      kept[place] = { ...its, name }
      if (its.file.size > field.maxLength)
        fault(name, `must NOT have more than ${field.maxLength} bytes`)
      if (encoding === 'base64' || encoding === 'quoted-printable')
        fault(name, `must not be encoded as ${encoding}`)
    }

    const release = async () => {
      await Promise.all(kept.map((each) => each.release()))
    }
    try {
      await readParts(req, contentType, limits.uploadBytes, onPart)
      const { values, faults: ofTexts } = reader.read(pairs)
      const sent = filesByName(Object.values(kept), fields, fault)
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

/** A property of an object whose properties are fields. */
const anyText = { kind: 'text' } as const

function partFault(
  { name, filename, mediaType }: Part,
  field: FileField | Pick<Style, 'kind'> | undefined,
): string | undefined {
  if (name === undefined) return 'has no name'
  if (!field) return 'is not a field of this operation'
  if (!isFile(field)) {
    // A browser sends JSON as a file, because a field cannot have a media type there.
    const isTyped = field.kind === 'json' && (isJson(mediaType) || filename === undefined)
    return filename === undefined || isTyped ? undefined : 'must be a field, not a file'
  }
  // Some clients send neither the name nor the bytes of a file that is not chosen.
  if (filename === undefined && mediaType !== 'application/octet-stream') return 'must be a file'
  const { mediaTypes } = field
  const isAllowed =
    mediaTypes.length === 0 || !filename || declaredTypeOf(mediaTypes, essenceOf(mediaType))
  return isAllowed ? undefined : `must be of the media type ${mediaTypes.join(' or ')}`
}

type FilesByName = Readonly<Record<string, UploadedFile | readonly UploadedFile[]>>

function filesByName(
  kept: readonly Kept[],
  fields: FormFields,
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

async function skip(chunks: Readable): Promise<void> {
  for await (const _ of chunks);
}

function tooMany(what: string, most: number): BadRequest {
  return new BadRequest(`The form has too many ${what}: use at most ${most}`)
}
