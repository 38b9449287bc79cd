import { describe, expect, it } from 'vitest'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import {
  BadRequest,
  type Fault,
  InternalServerError,
  MethodNotAllowed,
  Refusal,
} from '../../../src/contract/errors/refusal.ts'
import { problemType } from '../../../src/docs/problems.ts'
import { shownProblems } from '../../harness/contract-problems.ts'

const problems = problemDetails(problemType())

const missing: Fault = { in: 'body', pointer: '/username', detail: 'is required' }
const long: Fault = { in: 'body', pointer: '/password', detail: 'is too long' }

describe('a Problem', () => {
  it('has the title and the status of the examples in openapi.yaml', () => {
    const made = shownProblems.map(({ status, value: { code, detail } }) => {
      const { body } = problems.toResponse(new Refusal(status, code, detail))
      return { status, value: { ...Object(body), errors: undefined } }
    })
    const shown = shownProblems.map(({ status, value }) => ({
      status,
      value: { ...value, errors: undefined },
    }))
    expect(shown.length).toBeGreaterThan(50)
    expect(made).toEqual(shown)
  })

  it('has status, code and detail, and must not be stored by caches [J1]', () => {
    expect(problems.toResponse(new Refusal(404, 'not_found', 'Not found'))).toEqual({
      status: 404,
      headers: { 'Cache-Control': 'no-store' },
      mediaType: 'application/problem+json',
      body: {
        type: '/problems#not_found',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
        detail: 'Not found',
      },
    })
  })

  it('lists each fault with a JSON pointer [J1]', () => {
    const refusal = new BadRequest('The request is invalid', { faults: [missing, long] })
    expect(problems.toResponse(refusal).body).toMatchObject({
      code: 'invalid_request',
      errors: [missing, long],
    })
  })

  it('has the headers of its refusal', () => {
    expect(problems.toResponse(new MethodNotAllowed('GET, HEAD')).headers).toMatchObject({
      Allow: 'GET, HEAD',
    })
    expect(
      problems.toResponse(new Refusal(503, 'busy', 'Busy', { headers: { 'Retry-After': '3' } }))
        .headers,
    ).toMatchObject({
      'Retry-After': '3',
    })
  })

  it('does not reveal the cause [C8]', () => {
    const response = problems.toResponse(new InternalServerError(new Error('no such table: users')))
    expect(JSON.stringify(response)).not.toContain('users')
  })
})
