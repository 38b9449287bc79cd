/** Reads and parses the request body by the media type that the contract declares. The router calls it after the security check. */
import express, { type Request, type Response } from 'express'
import { resolve } from '../document/document.ts'
import { essenceOf, formType, kindOf, multipartType } from '../document/media-type.ts'
import type { Content, Document, MediaType } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { BadRequest, ContentTooLarge, type Fault } from '../errors/refusal.ts'
import { sendContinue } from './continue.ts'
import { formReader } from './form.ts'
import { parseJson } from './json.ts'
import type { Limits } from './limits.ts'
import { multipartReader } from './multipart.ts'
import { streamOf } from './request-stream.ts'
import { type KeepFile, keepInMemory, type UploadedFile } from './uploaded-file.ts'
import { utf8 } from './utf-8.ts'

/** The body, undefined if there is none, and the faults of what cannot be read. */
export interface Body {
  readonly value: unknown
  readonly faults?: readonly Fault[]
  /** By the names of their fields. The value has placeholders for them. */
  readonly files?: Readonly<Record<string, UploadedFile | readonly UploadedFile[]>>
  /** Removes the files that were not moved. */
  release?(): Promise<void>
}

/** What is known of a body before it is read. */
interface BodyHead {
  readonly declared: string
  /** As the client sent it, with parameters; undefined for a request without a body. */
  readonly contentType: string | undefined
}

/** Returns the body as the declared media type requires. Throws a `BadRequest` or a `ContentTooLarge`. */
type ReadBody = (req: Request, res: Response, head: BodyHead) => Promise<Body>

/**
 * Returns undefined if the operation has no request body. A body larger than the limit is rejected with 413; the rest of it is
 * read and discarded, so that the connection stays usable.
 */
export function bodyReader(
  document: Document,
  operation: Operation,
  limits: Limits,
  keepFile: KeepFile = keepInMemory,
): ReadBody | undefined {
  const { request, requiresBody } = operation
  if (request.length === 0) return undefined
  const content = contentOf(document, operation)
  const readers = new Map(
    request.map((type) => [type, readerOf(document, content, type, limits, keepFile)]),
  )

  return async function readBody(req, res, { declared, contentType }) {
    // Its limits and checks would not be those of the contract.
    if (req.readableDidRead)
      throw new Error('the body has been read already: serve() must come before body parsers')
    const maxBytes = isUpload(declared, content) ? limits.uploadBytes : limits.bodyBytes
    requireFits(req, maxBytes)
    sendContinue(req, res)
    const read = readers.get(declared)
    const body =
      contentType !== undefined && read ? await read(req, res, contentType) : noBody(declared)
    if (body.value === undefined && requiresBody)
      throw new BadRequest('The request is invalid', { faults: [missingBody] })
    return body
  }
}

function isUpload(declared: string, content: Content): boolean {
  return essenceOf(declared) === multipartType || content[declared]?.['x-stream'] === true
}

/** By what the client announces, before anything is read. */
function requireFits(req: Request, maxBytes: number): void {
  if (Number(req.headers['content-length'] ?? 0) <= maxBytes) return
  req.resume()
  throw new ContentTooLarge(maxBytes)
}

const missingBody = { in: 'body', pointer: '', detail: 'is required' } as const

/** An empty form is a form without fields. */
function noBody(declared: string): Body {
  return { value: essenceOf(declared) === formType ? {} : undefined }
}

type ReadSent = (req: Request, res: Response, contentType: string) => Promise<Body>

function readerOf(
  document: Document,
  content: Content,
  type: string,
  limits: Limits,
  keepFile: KeepFile,
): ReadSent {
  const { [type]: declared = {} } = content
  if (declared['x-stream']) return async (req) => ({ value: streamOf(req, limits.uploadBytes) })
  if (essenceOf(type) === multipartType) {
    const readMultipart = multipartReader(document, declared, limits, keepFile)
    return (req, _res, contentType) => readMultipart(req, contentType)
  }
  const parse = parserOf(document, declared, type, limits)
  const readBytes = express.raw({ type: () => true, limit: limits.bodyBytes, inflate: false })
  return async (req, res) => {
    await new Promise<void>((done, fail) => {
      readBytes(req, res, (failure?: Failure) =>
        failure ? fail(refusalOf(failure, limits.bodyBytes)) : done(),
      )
    })
    return parse(Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0))
  }
}

/** The declared request bodies of an operation. */
export function contentOf(document: Document, { path, method }: Operation): Content {
  const body = document.paths[path]?.[method]?.requestBody
  return body ? resolve(document, body).content : {}
}

/** An error of body-parser. Its message may contain the value of a header. */
interface Failure extends Error {
  readonly status: number
  readonly type?: string
}

function refusalOf(failure: Failure, maxBytes: number): Error {
  const { status, type, name } = failure
  if (type === 'entity.too.large') return new ContentTooLarge(maxBytes)
  if (status >= 500) return failure
  return new BadRequest('The request is malformed', { cause: type ?? name })
}

function parserOf(
  document: Document,
  declared: MediaType,
  type: string,
  limits: Limits,
): (bytes: Buffer) => Body {
  if (essenceOf(type) === formType) {
    const readForm = formReader(document, declared, limits)
    return (bytes) => {
      const { values: value, faults } = readForm(utf8(bytes))
      return { value, faults }
    }
  }
  const kind = kindOf(type)
  if (kind === 'bytes') return (bytes) => ({ value: bytes.length > 0 ? bytes : undefined })
  if (kind === 'text') return (bytes) => ({ value: utf8(bytes) || undefined })
  return (bytes) => ({ value: bytes.length > 0 ? parseJson(utf8(bytes), limits) : undefined })
}
