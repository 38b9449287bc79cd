/**
 * Holds error responses to the contract at start: what a format writes must fit the declared response, and `x-codes` must list the codes
 * with which the layer itself refuses. Otherwise, each of these errors would be a 500.
 */
import type { Contract } from '../contract.ts'
import { componentsReached } from '../document/document.ts'
import type { Document, Response } from '../document/openapi.ts'
import type { Operation, OperationTable } from '../document/operation-table.ts'
import { errorKey } from '../document/response-key.ts'
import { compilerOf, declaredResponse, replyCheck } from '../reply/reply-check.ts'
import type { ErrorFormat } from './error-format.ts'
import {
  BadRequest,
  ContentTooLarge,
  InternalServerError,
  Refusal,
  UnsupportedMediaType,
} from './refusal.ts'
import { responseFormats } from './response-formats.ts'

/** The faults of a sample of an error; `declared` is the response of its status. */
type SampleFaults = (
  id: string,
  sample: Refusal,
  format: ErrorFormat,
  declared: Response,
) => readonly string[]

/**
 * A sentence for each fault of the error responses of all operations, which have formats (`formatGaps`). Errors whose code is known only
 * when they are made, and those of a format without a name, which may be for several schemas, are not checked.
 */
export function errorFaults(
  { document, operations }: Contract,
  formats: readonly ErrorFormat[],
): string[] {
  const faultsOf = sampleFaults(document, operations)
  const faults = Object.entries(operations).flatMap(([id, operation]) => {
    const { responses, codes = {} } = operation
    const formatOf = responseFormats(document, operation, formats)
    const own = ownRefusals(operation)
    return [...own, ...listedRefusals(operation)].flatMap((sample) => {
      const key = errorKey(responses, sample.status)
      const declared = key && declaredResponse(document, operation, sample.status)
      if (!declared) return []
      const format = formatOf(sample.status)
      const code = format.code(sample)
      const isListed = codes[key]?.includes(code) ?? true
      return [
        ...(isListed || !own.includes(sample) ? [] : [unlistedCode(id, key, code)]),
        ...faultsOf(id, sample, format, declared),
      ]
    })
  })
  return [...new Set(faults)]
}

function unlistedCode(id: string, key: string, code: string): string {
  return `the response ${key} of ${id} has no ${code} in its x-codes, with which the layer refuses itself`
}

/** What the layer itself refuses with. A 405 is the response of a path, and of none of its operations. */
function ownRefusals({ method, request }: Operation): Refusal[] {
  const fault = { in: 'query', pointer: '/name', detail: 'is required' } as const
  const accept: Record<string, string> =
    method === 'patch' ? { 'Accept-Patch': request.join(', ') } : {}
  const ofBody = [
    new ContentTooLarge(1000),
    new UnsupportedMediaType(`The body must be ${request.join(' or ')}`, accept),
  ]
  return [
    new BadRequest('The request is invalid', { faults: [fault] }),
    new BadRequest('The request is malformed'),
    ...(request.length > 0 ? ofBody : []),
    new InternalServerError(undefined),
  ]
}

function listedRefusals({ responses, codes = {} }: Operation): Refusal[] {
  return Object.entries(codes).flatMap(([key, listed]) => {
    const status = statuses.find((each) => errorKey(responses, each) === key)
    return status ? listed.map((code) => new Refusal(status, code, 'The reason')) : []
  })
}

const statuses = Array.from({ length: 200 }, (_, at) => 400 + at)

/** Each schema is compiled once, and like responses are checked once. */
function sampleFaults(document: Document, operations: OperationTable): SampleFaults {
  const check = replyCheck(document, operations, compilerOf(errorSchemas(document, operations)))
  const seen = new Set<string>()
  const isNew = (key: string) => !seen.has(key) && seen.add(key)

  return (id, sample, format, declared) => {
    const { status, code, faults } = sample
    const { content = {}, headers = {} } = declared
    const schemas = Object.entries(content).map(([type, { schema }]) => [type, schema])
    const like = [format.schema, status, code, faults.length, schemas, headers]
    if (format.schema === '' || !isNew(JSON.stringify(like))) return []
    const response = format.toResponse(sample)
    const found = check(id, response, lowerCase(response.headers))
      // The handler or other middleware adds them.
      .filter((fault) => !/^header \S+ is missing$/.test(fault))
    if (response.status !== status) found.push(`its status is ${response.status}`)
    const text = found.join(', ')
    if (text === '' || !isNew(`${format.schema} ${text}`)) return []
    return [
      `the error format of ${format.schema} does not fit the response ${status} of ${id}: ${text}`,
    ]
  }
}

/** A document with the schemas of errors only, so that a start does not grow with the others. */
function errorSchemas(document: Document, operations: OperationTable): Document {
  const declared = Object.values(operations).flatMap(({ path, method }) =>
    Object.entries(document.paths[path]?.[method]?.responses ?? {})
      .filter(([key]) => /^([45]|default)/.test(key))
      .map(([, response]) => response),
  )
  const { openapi } = document
  return {
    openapi,
    paths: {},
    components: componentsReached(document, 'responses', { ...declared }),
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
