/** Reads a request's body, once it is known who sends it, by the media type that the contract declares. */
import express, { type Request, type Response } from 'express'
import { parseForm } from './form.ts'
import type { Operation } from './operation-table.ts'
import { BadRequest, ContentTooLarge } from './refusal.ts'

/** Resolves to the parsed body, or to nothing where there is none. Throws a refusal. */
export type ReadBody = (req: Request, res: Response) => Promise<unknown>

/**
 * Nothing, where the operation takes no body. A body over `limitBytes` is refused as 413; the rest of it is read and dropped, so
 * that the connection stays usable.
 */
export function bodyReader(
  { request, requiresBody }: Operation,
  limitBytes: number,
): ReadBody | undefined {
  if (request.length === 0) return undefined
  const readBytes = express.raw({ type: () => true, limit: limitBytes, inflate: false })
  return async function readBody(req, res) {
    await new Promise<void>((done, fail) => {
      readBytes(req, res, (failure?: Failure) =>
        failure ? fail(refusalOf(failure, limitBytes)) : done(),
      )
    })
    return parse(req, requiresBody)
  }
}

/** What body-parser hands on. Its text may repeat a header. */
interface Failure extends Error {
  readonly status: number
  readonly type?: string
}

function refusalOf(failure: Failure, limitBytes: number): Error {
  const { status, type, name } = failure
  if (type === 'entity.too.large') return new ContentTooLarge(limitBytes)
  if (status >= 500) return failure
  return new BadRequest('The request is malformed', { cause: type ?? name })
}

const noBody = { in: 'body', pointer: '', detail: 'is required' } as const

function parse(req: Request, requiresBody: boolean): unknown {
  const bytes: Buffer = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
  const text = utf8(bytes)
  const mediaType = req.headers['content-type']
  if (mediaType === 'application/x-www-form-urlencoded') return parseForm(text)
  if (text !== '') return parseJson(text)
  if (requiresBody) throw new BadRequest('The request is invalid', { faults: [noBody] })
  return undefined
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new BadRequest('The body is not UTF-8')
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, /\\ud/i.test(text) ? wellFormed : undefined)
  } catch (error) {
    throw error instanceof BadRequest ? error : new BadRequest('The body is not JSON')
  }
}

/** An escape can name half of a character, which no store keeps as it is (RFC 8259 §8.2). */
function wellFormed(key: string, value: unknown): unknown {
  if (!key.isWellFormed() || (typeof value === 'string' && !value.isWellFormed()))
    throw new BadRequest('The body has half of a character')
  return value
}
