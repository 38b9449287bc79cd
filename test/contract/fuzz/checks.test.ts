/** The checks of the fuzz tests, each with a response in which it must find a fault. */
import { describe, expect, it } from 'vitest'
import {
  allowFaults,
  type Check,
  deletedData,
  everyResponse,
  invalidData,
  unauthenticated,
  validData,
} from './checks.ts'
import { operationNamed } from './operations.ts'
import type { FuzzRequest } from './requests.ts'
import type { HttpResponse } from './send.ts'

const common = {
  'cache-control': 'no-store',
  'x-request-id': '3f0c6f5e-7a0b-4c39-9d0a-5b1f1a4e8c11',
}
const item = { item_id: 'Bar', owner: 'johndoe', created_at: '2026-01-02T03:04:05.678Z' }
const read: HttpResponse = {
  status: 200,
  headers: { 'content-type': 'application/json', etag: '"1"', ...common },
  text: JSON.stringify(item),
}
const problem: HttpResponse = {
  status: 400,
  headers: { 'content-type': 'application/problem+json', ...common },
  text: JSON.stringify({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    code: 'invalid_request',
    detail: 'The request is invalid',
  }),
}

function request(operationId: string, headers: Record<string, string> = {}): FuzzRequest {
  const operation = operationNamed(operationId)
  return { operation, path: {}, query: [], headers, body: undefined }
}

const without = (response: HttpResponse, name: string): HttpResponse => ({
  ...response,
  headers: Object.fromEntries(Object.entries(response.headers).filter(([each]) => each !== name)),
})

const checks: Record<string, Check> = {
  ...everyResponse,
  ...validData,
  ...deletedData,
  ...invalidData,
  ...unauthenticated,
}
const faultsIn = (response: HttpResponse, to: FuzzRequest, name: string) =>
  checks[name]?.(response, to)

describe('a check of the fuzz', () => {
  it.each(Object.keys(everyResponse))('%s passes for a declared response', (name) => {
    expect(faultsIn(read, request('readItem'), name)).toEqual([])
    expect(faultsIn(problem, request('readItem'), name)).toEqual([])
    const deleted: HttpResponse = { status: 204, headers: common, text: '' }
    expect(faultsIn(deleted, request('deleteItem'), name)).toEqual([])
  })

  it.each<[name: string, what: string, response: HttpResponse, operationId?: string]>([
    ['noServerError', 'a 503', { ...problem, status: 503 }],
    ['declaredStatus', 'a 202', { ...read, status: 202 }],
    ['declaredStatus', 'a 409, which only other operations declare', { ...problem, status: 409 }],
    ['declaredMediaType', 'JSON that is not a Problem', { ...read, status: 400 }],
    ['declaredMediaType', 'no media type', without(read, 'content-type')],
    ['declaredMediaType', 'a media type without a body', { ...read, status: 204 }, 'deleteItem'],
    ['declaredBody', 'text that is not JSON', { ...read, text: '{' }],
    ['declaredBody', 'no body', { ...read, text: '' }],
    ['declaredBody', 'an undeclared body', { ...read, status: 204 }, 'deleteItem'],
    [
      'declaredBody',
      'an undeclared field',
      { ...read, text: JSON.stringify({ ...item, hash: 'x' }) },
    ],
    ['declaredBody', 'a missing field', { ...read, text: '{"item_id":"Bar"}' }],
    [
      'declaredBody',
      'an invalid date',
      { ...read, text: JSON.stringify({ ...item, created_at: '1' }) },
    ],
    ['declaredHeaders', 'a missing header', without(read, 'etag')],
    ['declaredHeaders', 'an undeclared header', { ...read, headers: { ...read.headers, x: '' } }],
    ['declaredHeaders', 'an invalid header', { ...read, headers: { ...read.headers, etag: 'x' } }],
    ['accepted', 'a 400', problem],
    ['accepted', 'a 401 for a valid token', { ...problem, status: 401 }],
    ['accepted', 'an invalid_request for a form', problem, 'issueToken'],
    ['gone', 'a 204', { ...read, status: 204 }],
    ['refused', 'a 200', read],
    ['refused', 'a 404', { ...problem, status: 404 }],
    [
      'refused',
      'a rejected grant',
      { ...problem, text: '{"error":"invalid_grant"}' },
      'issueToken',
    ],
    ['refused', 'a 401 for a valid token', { ...problem, status: 401 }],
    ['challenged', 'a 200', read],
    ['challenged', 'a 403', { ...problem, status: 403 }],
    ['challenged', 'a 401 without a challenge', { ...problem, status: 401 }],
  ])('%s finds %s', (name, _what, response, operationId = 'readItem') => {
    expect(faultsIn(response, request(operationId), name)).not.toEqual([])
  })

  it.each(['"1"', 'W/"1"', '"a", "b"'])('conditionHeld finds a success despite %s', (tag) => {
    const condition = { 'If-Match': tag }
    expect(faultsIn(read, request('updateItem', condition), 'conditionHeld')).not.toEqual([])
    expect(faultsIn(problem, request('updateItem', condition), 'conditionHeld')).toEqual([])
  })

  it('conditionHeld finds a 304 for another tag [D11]', () => {
    const notModified = { ...read, status: 304 }
    const condition = { 'If-None-Match': '"1"' }
    expect(faultsIn(notModified, request('readItem', condition), 'conditionHeld')).not.toEqual([])
    expect(faultsIn(read, request('readItem', condition), 'conditionHeld')).toEqual([])
  })

  it.each([undefined, 'GET', 'GET, HEAD, POST', 'GET, HEAD, POST, PUT, OPTIONS'])(
    'allowFaults finds a fault in %s',
    (allow) => {
      const response = { ...read, headers: allow === undefined ? {} : { allow } }
      expect(allowFaults(response, ['GET', 'POST'])).not.toEqual([])
      expect(
        allowFaults({ ...read, headers: { allow: 'POST, GET, HEAD, OPTIONS' } }, ['GET', 'POST']),
      ).toEqual([])
    },
  )
})
