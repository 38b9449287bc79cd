/** Reads a request as the contract declares it: what can be known before the security check first, the body last. */
import type { Request, Response } from 'express'
import { bodyReader } from './body.ts'
import { contentTypeNormalizer } from './content-type.ts'
import type { Limits } from './limits.ts'
import type { Document } from './openapi.ts'
import { requestValidator } from './openapi-validator.ts'
import type { Operation } from './operation-table.ts'
import { type Parameters, parameterReader } from './parameters.ts'
import { type Pair, queryPairs } from './query.ts'

/** What is read before the security check. */
export interface RequestHead {
  readonly query: readonly Pair[]
  /** The declared media type; undefined if the operation has no request body. */
  readonly mediaType: string | undefined
}

/** What a handler gets, besides the principal and the raw message. */
export interface RequestData extends Omit<Parameters, 'faults'> {
  /** That of the client, where the contract declares a range. */
  readonly mediaType: string | undefined
  readonly body: unknown
}

/** Both throw a `BadRequest` or another refusal of HTTP. */
export interface RequestReader {
  readHead(req: Request): RequestHead
  /** Reads the rest, and checks all of it. */
  read(req: Request, res: Response, head: RequestHead): Promise<RequestData>
}

export function requestReader(
  document: Document,
  operation: Operation,
  limits: Limits,
): RequestReader {
  const normalizeContentType = contentTypeNormalizer(operation)
  const readParameters = parameterReader(document, operation)
  const readBody = bodyReader(document, operation, limits)
  const validate = requestValidator(document, operation, limits.faults)

  return {
    readHead(req) {
      const query = queryPairs(req.url, limits.fields)
      return { query, mediaType: normalizeContentType(req) }
    },

    async read(req, res, { query, mediaType }) {
      const parameters = readParameters(req, query)
      const sent = readBody && mediaType ? await readBody(req, res, mediaType) : undefined
      const { value: body, faults } = sent ?? { value: undefined }
      validate?.({ parameters, body, faults }, mediaType)
      const { path, query: queries, header, cookie } = parameters
      const ofClient = body === undefined ? undefined : req.headers['content-type']
      return { path, query: queries, header, cookie, mediaType: ofClient, body }
    },
  }
}
