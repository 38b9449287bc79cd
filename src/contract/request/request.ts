/** Reads a request as the contract declares it: what can be known before the security check first, the body last. */
import type { Request, Response } from 'express'
import { essenceOf } from '../document/media-type.ts'
import type { Document } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { bodyReader } from './body.ts'
import { hasBody, mediaTypeReader } from './content-type.ts'
import type { Limits } from './limits.ts'
import { requestValidator } from './openapi-validator.ts'
import { type Pair, queryPairs } from './pairs.ts'
import { type Parameters, parameterReader } from './parameters.ts'
import type { KeepFile } from './uploaded-file.ts'

/** What is read before the security check. */
interface RequestHead {
  readonly query: readonly Pair[]
  /** The declared media type; undefined if the operation has no request body. */
  readonly mediaType: string | undefined
  readonly contentType: string | undefined
}

/** What a handler gets, besides the principal and the raw message. */
export interface RequestData extends Omit<Parameters, 'faults'> {
  /** As declared; that of the client, where the contract declares a range. */
  readonly mediaType: string | undefined
  readonly body: unknown
  /** Removes uploaded files that were not moved. */
  release?(): Promise<void>
}

/** What it returns throws a `BadRequest` or another refusal of HTTP. */
export function requestReader(
  document: Document,
  operation: Operation,
  limits: Limits,
  keepFile: KeepFile,
) {
  const mediaTypeOf = mediaTypeReader(operation)
  const readParameters = parameterReader(document, operation, limits)
  const readBody = bodyReader(document, operation, limits, keepFile)
  const validate = requestValidator(document, operation, limits.faults)

  return {
    readHead({ url, headers }: Request): RequestHead {
      const query = queryPairs(url, limits.fields)
      const contentType = hasBody(headers) ? (headers['content-type'] ?? '') : undefined
      return { query, contentType, mediaType: mediaTypeOf(headers) }
    },

    /** Reads the rest, and checks all of it. */
    async read(req: Request, res: Response, head: RequestHead): Promise<RequestData> {
      const { query, mediaType, contentType } = head
      const parameters = readParameters(req, query)
      const sent =
        readBody && mediaType
          ? await readBody(req, res, { declared: mediaType, contentType })
          : { value: undefined }
      const { value: body, release } = sent
      try {
        validate?.(parameters, sent, mediaType)
      } catch (error) {
        await release?.()
        throw error
      }
      if (sent.files) Object.assign(Object(body), sent.files)
      const { path, query: queries, header, cookie } = parameters
      const known = mediaType?.includes('*') ? essenceOf(contentType ?? '') : mediaType
      const ofBody = body === undefined ? undefined : known
      const data = { path, query: queries, header, cookie, mediaType: ofBody, body }
      return release ? { ...data, release } : data
    },
  }
}
