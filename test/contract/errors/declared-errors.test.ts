/** What the start says about error responses that could never be sent as the contract declares them. */
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import type { ErrorFormat } from '../../../src/contract/errors/error-format.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { serve } from '../../../src/contract/serve.ts'

const whole = `{ type: object, required: [type, title, status, code, detail], properties: {
      type: { type: string }, title: { type: string }, status: { type: integer }, code: { type: string },
      detail: { type: string }, errors: { type: array, items: { type: object } } } }`

/** A PATCH with these responses, beside the 204. */
function start(responses: Readonly<Record<string, string>>, problem = whole, error?: ErrorFormat) {
  const declared = Object.entries(responses).map(([key, text]) => `'${key}': ${text}`)
  const contract = contractOf(
    parse(`
openapi: 3.1.0
paths:
  /notes:
    patch:
      operationId: changeNote
      requestBody: { content: { application/json: { schema: { type: object } } } }
      responses: { '204': { description: Changed. }, ${declared.join(', ')} }
components:
  schemas:
    Problem: ${problem}
`),
  )
  const handlers = { changeNote: () => undefined }
  serve(contract, { handlers, security: {}, errors: error ?? problemDetails() } as never)
}

function messageOf(action: () => void): string {
  try {
    action()
  } catch (error) {
    return String(error)
  }
  return ''
}

const problem = (more = '', type = 'application/problem+json') =>
  `{ description: Refused., ${more} content: { ${type}: { schema: { $ref: '#/components/schemas/Problem' } } } }`
const withoutCode = whole.replace('code: { type: string },', '').replace(' code,', '')
const differ = 'the contract and the server differ: '
const unfit = (status: number) =>
  `${differ}the error format of Problem does not fit the response ${status} of changeNote: `

describe('serve', () => {
  it('starts where every error can be sent as it is declared [K43]', () => {
    const listed = (...codes: string[]) => problem(`x-codes: [${codes.join(', ')}],`)
    const responses = {
      400: listed('invalid_request', 'wrong_note'),
      401: problem('headers: { WWW-Authenticate: { required: true, schema: { type: string } } },'),
      404: listed('not_found'),
      413: listed('content_too_large'),
      415: listed('unsupported_media_type'),
      '5XX': listed('server_error', 'unavailable'),
    }
    expect(() => start(responses)).not.toThrow()
  })

  it.each([
    ['has a field that the schema lacks', problem(), withoutCode, 'additionalProperty":"code"'],
    ['has not a field that the schema requires', problem(), whole.replace('[', '[id, '), 'id'],
    [
      'has faults that the schema lacks',
      problem(),
      whole.replace(', errors: { type: array, items: { type: object } }', ''),
      'additionalProperty":"errors"',
    ],
    [
      'has another media type',
      problem('', 'application/json'),
      whole,
      'media type application/problem+json is not declared',
    ],
    [
      'has another value of a header',
      problem('headers: { Cache-Control: { schema: { const: no-cache } } },'),
      whole,
      'header cache-control',
    ],
  ])('does not start where the format %s [K43]', (_, response, schema, says) => {
    expect(() => start({ 400: response }, schema)).toThrow(unfit(400))
    expect(() => start({ 400: response }, schema)).toThrow(says)
  })

  it('does not start where a code that the contract lists does not fit its schema [K43]', () => {
    const few = whole.replace('code: { type: string }', 'code: { enum: [server_error] }')
    const responses = { 404: problem('x-codes: [not_found],'), 500: problem() }
    expect(() => start(responses, few)).toThrow(`${unfit(404)}body/code must be equal to one of`)
  })

  it('does not start where the format makes another status [K43]', () => {
    const error = {
      ...problemDetails(),
      toResponse: (refusal: never) => ({ ...problemDetails().toResponse(refusal), status: 400 }),
    }
    expect(() => start({ '4XX': problem(), '5XX': problem() }, whole, error)).toThrow(
      `${unfit(413)}its status is 400`,
    )
  })

  it('does not start where a code of the layer itself is not among the x-codes [K43]', () => {
    const only = problem('x-codes: [only_this],')
    const lacks = (key: string, code: string) =>
      `${differ}the response ${key} of changeNote has no ${code} in its x-codes`
    expect(() => start({ 400: only })).toThrow(lacks('400', 'invalid_request'))
    expect(() => start({ 413: only })).toThrow(lacks('413', 'content_too_large'))
    expect(() => start({ 415: only })).toThrow(lacks('415', 'unsupported_media_type'))
    expect(() => start({ '5XX': only })).toThrow(lacks('5XX', 'server_error'))
    expect(() => start({ 404: only })).not.toThrow()
  })

  it('names a response once, with all that is wrong with it [K43]', () => {
    const fewer = withoutCode.replace(', errors: { type: array, items: { type: object } }', '')
    const message = messageOf(() => start({ 400: problem(), 413: problem() }, fewer))
    expect(message).toContain(unfit(400))
    for (const field of ['code', 'errors'])
      expect(message.split(`"additionalProperty":"${field}"`)).toHaveLength(2)
    expect(message.split('the response')).toHaveLength(2)
  })

  it('says once what is wrong with a schema [K43]', () => {
    const all = Object.fromEntries([400, 413, 415, 500].map((status) => [status, problem()]))
    const fault = 'the error format of Problem'
    expect(() => start(all, withoutCode)).toThrow(new RegExp(`^${differ}${fault}((?!${fault}).)*$`))
  })
})
