/** Reads and parses the request body by the media type that the contract declares. The router calls it after the security check. */
import express, { type Request, type Response } from 'express'
import { resolve } from './document.ts'
import { formReader } from './form.ts'
import { parseJson } from './json.ts'
import type { Limits } from './limits.ts'
import { essenceOf, formType, kindOf } from './media-type.ts'
import type { Content, Document } from './openapi.ts'
import type { Operation } from './operation-table.ts'
import { BadRequest, ContentTooLarge, type Fault } from './refusal.ts'

/** The body, undefined if there is none, and the faults of what cannot be read. */
export interface Body {
  readonly value: unknown
  readonly faults?: readonly Fault[]
}

/** Returns the body as the declared media type requires. Throws a `BadRequest` or a `ContentTooLarge`. */
export type ReadBody = (req: Request, res: Response, declared: string) => Promise<Body>

/**
 * Returns undefined if the operation has no request body. A body larger than the limit is rejected with 413; the rest of it is
 * read and discarded, so that the connection stays usable.
 */
export function bodyReader(
  document: Document,
  operation: Operation,
  limits: Limits,
): ReadBody | undefined {
  const { request, requiresBody } = operation
  if (request.length === 0) return undefined
  const content = contentOf(document, operation)
  const parsers = new Map(request.map((type) => [type, parserOf(document, content, type, limits)]))
  const readBytes = express.raw({ type: () => true, limit: limits.bodyBytes, inflate: false })

  return async function readBody(req, res, declared) {
    // Its limits and checks would not be those of the contract.
    if (req.readableDidRead)
      throw new Error('the body has been read already: serve() must come before body parsers')
    await new Promise<void>((done, fail) => {
      readBytes(req, res, (failure?: Failure) =>
        failure ? fail(refusalOf(failure, limits.bodyBytes)) : done(),
      )
    })
    const bytes = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
    const body = parsers.get(declared)?.(bytes) ?? { value: undefined }
    if (body.value === undefined && requiresBody)
      throw new BadRequest('The request is invalid', { faults: [noBody] })
    return body
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

const noBody = { in: 'body', pointer: '', detail: 'is required' } as const

function parserOf(
  document: Document,
  content: Content,
  type: string,
  limits: Limits,
): (bytes: Buffer) => Body {
  if (essenceOf(type) === formType) {
    const readForm = formReader(document, content[type] ?? {}, limits.fields)
    return (bytes) => {
      const { values: value, faults } = readForm(utf8(bytes))
      return { value, faults }
    }
  }
  switch (kindOf(type)) {
    case 'bytes':
      return (bytes) => ({ value: bytes.length > 0 ? bytes : undefined })
    case 'text':
      return (bytes) => ({ value: utf8(bytes) || undefined })
    case 'value':
      return (bytes) => ({ value: bytes.length > 0 ? parseJson(utf8(bytes), limits) : undefined })
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadRequest('The body is not UTF-8')
  }
}
