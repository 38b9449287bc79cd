/**
 * Holds error responses to the contract at start: what a format writes must fit the declared response, and `x-codes` must list the codes
 * with which the layer itself refuses. Otherwise, each of these errors would be a 500.
 */
import type { Contract } from '../contract.ts'
import { componentsOf } from '../document/document.ts'
import type { Document, Response } from '../document/openapi.ts'
import type { Operation } from '../document/operation-table.ts'
import { errorKey, statusOf } from '../document/response-key.ts'
import { compilerOf, lowerCase, type ReplyCheck, replyCheck } from '../reply/reply-check.ts'
import { unsupported } from '../request/content-type.ts'
import { type ErrorFormat, errorFormatOf } from './error-format.ts'
import { BadRequest, ContentTooLarge, InternalServerError, Refusal } from './refusal.ts'
import { errorResponses, formatOf } from './response-formats.ts'

/** An error response of an operation: its status, a range or `default`, and the format of its errors. */
interface Declared {
  readonly id: string
  readonly operation: Operation
  readonly key: string
  readonly response: Response
  readonly format: ErrorFormat
}

/**
 * A sentence for each error response that has faults, which have formats (`formatGaps`). Errors whose code is known only when they are
 * made, and those of a format without a name, which may be for several schemas, are not checked.
 */
export function errorFaults(contract: Contract, formats: readonly ErrorFormat[]): string[] {
  const { document, operations } = contract
  const declared = declaredErrors(contract, formats)
  const schemas = errorSchemas(document, declared)
  const faultsOf = formatFaults(replyCheck(document, operations, compilerOf(schemas)))
  return declared.flatMap((error) => {
    const own = ownRefusals(error)
    return [...unlistedCodes(error, own), ...faultsOf(error, [...own, ...listedRefusals(error)])]
  })
}

/** Responses that operations share are those of the first. */
function declaredErrors(
  { document, operations }: Contract,
  formats: readonly ErrorFormat[],
): Declared[] {
  const seen = new Map<Response, Set<string>>()
  return Object.entries(operations).flatMap(([id, operation]) => {
    const ofOperation = errorFormatOf(operation, formats)
    return errorResponses(document, operation).flatMap(([key, response]) => {
      const acceptPatch = operation.method === 'patch' && operation.request.join()
      const like = [key, ofOperation.schema, acceptPatch, operation.request.length > 0].join()
      const known = seen.get(response) ?? new Set()
      if (known.has(like)) return []
      seen.set(response, known.add(like))
      return [{ id, operation, key, response, format: formatOf(response, ofOperation, formats) }]
    })
  })
}

function unlistedCodes(
  { id, operation, key, format }: Declared,
  own: readonly Refusal[],
): string[] {
  const { [key]: listed } = operation.codes ?? {}
  return [...new Set(own.map((each) => format.code(each)))]
    .filter((code) => listed?.includes(code) === false)
    .map(
      (code) =>
        `the response ${key} of ${id} has no ${code} in its x-codes, with which the layer refuses itself`,
    )
}

/** What the layer itself refuses with. A 405 is the response of a path, and of none of its operations. */
function ownRefusals({ operation, key }: Declared): Refusal[] {
  const { request, responses } = operation
  const fault = { in: 'query', pointer: '/name', detail: 'is required' } as const
  const ofBody = [
    new ContentTooLarge(1000),
    unsupported(operation, `The body must be ${request.join(' or ')}`),
  ]
  const all = [
    new BadRequest('The request is invalid', { faults: [fault] }),
    new BadRequest('The request is malformed'),
    ...(request.length > 0 ? ofBody : []),
    new InternalServerError(undefined),
  ]
  return all.filter(({ status }) => errorKey(responses, status) === key)
}

function listedRefusals({ operation: { responses, codes = {} }, key }: Declared): Refusal[] {
  const status = statusOf(responses, key)
  return status ? (codes[key] ?? []).map((code) => new Refusal(status, code, 'The reason')) : []
}

/** Names each fault of a format once, at the first response that shows it. */
function formatFaults(check: ReplyCheck) {
  const named = new Set<string>()
  return ({ id, format }: Declared, samples: readonly Refusal[]): string[] => {
    const { schema } = format
    if (schema === '') return []
    return [...Map.groupBy(samples, ({ status }) => status)].flatMap(([status, its]) => {
      const faults = new Set(its.flatMap((sample) => sampleFaults(check, id, sample, format)))
      const added = [...faults].filter((fault) => !named.has(`${schema} ${fault}`))
      for (const fault of added) named.add(`${schema} ${fault}`)
      return added.length === 0
        ? []
        : `the error format of ${schema} does not fit the response ${status} of ${id}: ${added.join(', ')}`
    })
  }
}

function sampleFaults(check: ReplyCheck, id: string, sample: Refusal, format: ErrorFormat) {
  const response = format.toResponse(sample)
  const found = check(id, response, lowerCase(response.headers))
    // The handler or other middleware adds them.
    .filter((fault) => !/^header \S+ is missing$/.test(fault))
  return response.status === sample.status ? found : [...found, `its status is ${response.status}`]
}

/** A document with the schemas of errors only, so that a start does not grow with the others. */
function errorSchemas(document: Document, declared: readonly Declared[]): Document {
  const responses = Object.fromEntries(declared.map(({ response }, at) => [at, response]))
  const components = componentsOf(document, 'responses', responses)
  return { openapi: document.openapi, paths: {}, components }
}
