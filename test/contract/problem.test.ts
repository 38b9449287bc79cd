import { describe, expect, it } from 'vitest'
import { answerOf, ofNoSuchForm, refusalOf } from '../../src/contract/problem.ts'
import {
  BadRequest,
  ContentTooLarge,
  type Fault,
  InternalServerError,
  MethodNotAllowed,
  NotFound,
  Refusal,
  ServiceUnavailable,
  UnsupportedMediaType,
} from '../../src/contract/refusal.ts'
import { shownProblems } from '../harness/contract-problems.ts'

const missing: Fault = { in: 'body', pointer: '/username', detail: 'is required' }
const long: Fault = { in: 'body', pointer: '/password', detail: 'is too long' }
const problemOf = (refusal: Refusal) => answerOf(refusal, 'Problem')
const oauthErrorOf = (refusal: Refusal) => answerOf(refusal, 'OAuthError')
const descriptionOf = (refusal: Refusal) => oauthErrorOf(refusal).body

describe('refusalOf', () => {
  it('leaves a refusal as it is', () => {
    const refusal = new NotFound()
    expect(refusalOf(refusal)).toBe(refusal)
  })

  it.each([new Error('no such table: users'), 'a string', null, undefined, { status: 404 }])(
    'C8 makes a defect of all that nobody foresaw: %s',
    (error) => {
      const refusal = refusalOf(error)
      expect(refusal).toEqual(new InternalServerError(error))
      expect(refusal.cause).toBe(error)
    },
  )

  it('takes a refusal of a library by its status, and repeats nothing of it', () => {
    const aborted = Object.assign(new Error('request aborted at /srv/app'), { status: 400 })
    expect(refusalOf(aborted)).toEqual(new BadRequest('The request is malformed'))
    expect(refusalOf(aborted).cause).toBe('Error')
    const typed = Object.assign(aborted, { type: 'request.aborted' })
    expect(refusalOf(typed).cause).toBe('request.aborted')
    expect(refusalOf(Object.assign(new Error('x'), { status: 404 }))).toEqual(new NotFound())
    expect(refusalOf(Object.assign(new Error('x'), { status: 413, limit: 9 }))).toEqual(
      new ContentTooLarge(9),
    )
    expect(refusalOf(Object.assign(new Error('x'), { status: 502 })).status).toBe(500)
    for (const strange of [
      { status: 302 },
      { status: '404' },
      { limit: 9 },
      { status: 500, limit: 9 },
    ])
      expect(refusalOf(Object.assign(new Error('x'), strange)).status).toBe(500)
  })

  it('J1 says of a fault what people understand, and no more than the contract allows', () => {
    const errors = [
      { path: '/body/a', message: 'x', errorCode: 'if.openapi.validation' },
      { path: '/query/b', message: 'x', errorCode: 'pattern.openapi.validation' },
      { path: '/params/c', message: 'x', errorCode: 'required.openapi.validation' },
      { path: '/headers/d', message: 'x', errorCode: 'dependentRequired.openapi.validation' },
      { path: '/cookies/e', message: 'x'.repeat(2000), errorCode: 'type.openapi.validation' },
      { path: `/elsewhere/${'f'.repeat(2000)}`, message: 'no' },
    ]
    const { faults } = refusalOf(Object.assign(new Error('x'), { status: 400, errors }))
    expect(faults).toEqual([
      { in: 'query', pointer: '/b', detail: ofNoSuchForm },
      { in: 'path', pointer: '/c', detail: 'is required' },
      { in: 'header', pointer: '/d', detail: 'is required' },
      { in: 'cookie', pointer: '/e', detail: 'x'.repeat(1000) },
      { in: 'path', pointer: `/${'f'.repeat(999)}`, detail: 'no' },
    ])
  })

  it('J1 keeps a hundred faults of the validator, and no more', () => {
    const errors = Array.from({ length: 500 }, (_, at) => ({ path: `/body/${at}`, message: 'no' }))
    const { faults } = refusalOf(Object.assign(new Error('many'), { status: 400, errors }))
    expect(faults).toHaveLength(100)
    expect(faults[99]).toEqual({ in: 'body', pointer: '/99', detail: 'no' })
  })
})

describe('a Problem', () => {
  it('has the title and the status that openapi.yaml shows', () => {
    const made = shownProblems.map(({ answer, value: { code, detail } }) => {
      const { body } = problemOf(new Refusal(answer, code, detail))
      return { answer, value: { ...Object(body), errors: undefined } }
    })
    const shown = shownProblems.map(({ answer, value }) => ({
      answer,
      value: { ...value, errors: undefined },
    }))
    expect(shown.length).toBeGreaterThan(50)
    expect(made).toEqual(shown)
  })

  it('J1 says status, code and detail, and is not kept by caches', () => {
    expect(problemOf(new NotFound())).toEqual({
      status: 404,
      headers: { 'Cache-Control': 'no-store' },
      mediaType: 'application/problem+json',
      body: {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        code: 'not_found',
        detail: 'There is nothing here',
      },
    })
  })

  it('J1 lists each fault with a JSON pointer', () => {
    const refusal = new BadRequest('The request is invalid', { faults: [missing, long] })
    expect(problemOf(refusal).body).toMatchObject({
      code: 'invalid_request',
      errors: [missing, long],
    })
  })

  it('carries the headers of its refusal', () => {
    expect(problemOf(new MethodNotAllowed('GET, HEAD')).headers).toMatchObject({
      Allow: 'GET, HEAD',
    })
    expect(problemOf(new ServiceUnavailable('Busy', 3)).headers).toMatchObject({
      'Retry-After': '3',
    })
  })

  it('C8 says nothing of the cause', () => {
    const answer = problemOf(new InternalServerError(new Error('no such table: users')))
    expect(JSON.stringify(answer)).not.toContain('users')
  })
})

describe('an OAuth error', () => {
  it('C6 says error and error_description, and is not kept by caches', () => {
    expect(oauthErrorOf(new Refusal(401, 'invalid_client', 'No such client'))).toEqual({
      status: 401,
      headers: { 'Cache-Control': 'no-store', Pragma: 'no-cache' },
      mediaType: 'application/json',
      body: { error: 'invalid_client', error_description: 'No such client' },
    })
  })

  it('C6 calls what HTTP refuses an invalid request, and keeps the codes that OAuth knows', () => {
    const errorOf = (refusal: Refusal) => oauthErrorOf(refusal).body
    for (const refusal of [
      new NotFound(),
      new MethodNotAllowed('POST'),
      new ContentTooLarge(8192),
      new UnsupportedMediaType('A form, please'),
    ])
      expect(errorOf(refusal)).toMatchObject({ error: 'invalid_request' })
    for (const refusal of [
      new Refusal(400, 'invalid_grant', 'Wrong'),
      new Refusal(401, 'invalid_client', 'Wrong'),
      new Refusal(429, 'temporarily_unavailable', 'Later'),
      new InternalServerError('x'),
      new ServiceUnavailable('Busy', 1),
    ])
      expect(errorOf(refusal)).toMatchObject({ error: refusal.code })
  })

  it('names each field at fault', () => {
    const refusal = new BadRequest('The request is invalid', { faults: [missing, long] })
    expect(descriptionOf(refusal)).toMatchObject({
      error_description: 'username is required; password is too long',
    })
  })

  it('A9 repeats nothing of the query', () => {
    const fault: Fault = { in: 'query', pointer: '/secret123', detail: "Unknown 'secret123'" }
    const refusal = new BadRequest('The request is invalid', { faults: [fault] })
    expect(JSON.stringify(oauthErrorOf(refusal))).not.toContain('secret123')
  })

  it('C7 has no character that RFC 6749 does not allow, whatever the input held', () => {
    const everyCharacter = String.fromCharCode(...Array(0x180).keys())
    for (const refusal of [
      new BadRequest(everyCharacter),
      new BadRequest('x', {
        faults: [{ in: 'body', pointer: `/${everyCharacter}`, detail: '"é😀"' }],
      }),
    ])
      expect(descriptionOf(refusal)).toMatchObject({
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
      })
  })

  it('C7 has other quotes for quotes, and a question mark for what is not allowed', () => {
    expect(descriptionOf(new BadRequest('a "b" \\ é'))).toMatchObject({
      error_description: "a 'b' ? ?",
    })
  })

  it('is of bounded length', () => {
    expect(descriptionOf(new BadRequest('a'.repeat(5000)))).toMatchObject({
      error_description: 'a'.repeat(1000),
    })
  })
})

describe('an OAuth error of several faults', () => {
  it('A9 says what they have in common once', () => {
    const faults = ['/username', '/password'].map((pointer) => ({
      in: 'query' as const,
      pointer,
      detail: 'is not a parameter of this operation',
    }))
    const { body } = answerOf(new BadRequest('The request is invalid', { faults }), 'OAuthError')
    const error_description = 'Parameters belong in the body, not in the query'
    expect(body).toEqual({ error: 'invalid_request', error_description })
  })
})
