/** The fuzz's own checks, each with an answer that it must find a fault in. */
import { describe, expect, it } from 'vitest'
import {
  allowFaults,
  type Check,
  deletedData,
  everyAnswer,
  invalidData,
  nobody,
  validData,
} from './checks.ts'
import { operationNamed } from './operations.ts'
import type { FuzzRequest } from './requests.ts'
import type { Answer } from './send.ts'

const noStore = { 'cache-control': 'no-store' }
const item = { item_id: 'Bar', owner: 'johndoe', created_at: '2026-01-02T03:04:05.678Z' }
const read: Answer = {
  status: 200,
  headers: { 'content-type': 'application/json', etag: '"1"', ...noStore },
  text: JSON.stringify(item),
}
const problem: Answer = {
  status: 400,
  headers: { 'content-type': 'application/problem+json', ...noStore },
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

const without = (answer: Answer, name: string): Answer => ({
  ...answer,
  headers: Object.fromEntries(Object.entries(answer.headers).filter(([each]) => each !== name)),
})

const checks: Record<string, Check> = {
  ...everyAnswer,
  ...validData,
  ...deletedData,
  ...invalidData,
  ...nobody,
}
const faultsIn = (answer: Answer, to: FuzzRequest, name: string) => checks[name]?.(answer, to)

describe('a check of the fuzz', () => {
  it.each(Object.keys(everyAnswer))('%s lets an answer of the contract pass', (name) => {
    expect(faultsIn(read, request('readItem'), name)).toEqual([])
    expect(faultsIn(problem, request('readItem'), name)).toEqual([])
    const deleted: Answer = { status: 204, headers: noStore, text: '' }
    expect(faultsIn(deleted, request('deleteItem'), name)).toEqual([])
  })

  it.each<[name: string, what: string, answer: Answer, operationId?: string]>([
    ['noServerError', 'a 503', { ...problem, status: 503 }],
    ['declaredStatus', 'a 202', { ...read, status: 202 }],
    ['declaredStatus', 'a 409 of another operation', { ...problem, status: 409 }],
    ['declaredMediaType', 'JSON that is no Problem', { ...read, status: 400 }],
    ['declaredMediaType', 'no media type', without(read, 'content-type')],
    ['declaredMediaType', 'one without a body', { ...read, status: 204 }, 'deleteItem'],
    ['declaredBody', 'text that is no JSON', { ...read, text: '{' }],
    ['declaredBody', 'no body', { ...read, text: '' }],
    ['declaredBody', 'a body that is not declared', { ...read, status: 204 }, 'deleteItem'],
    ['declaredBody', 'a field too many', { ...read, text: JSON.stringify({ ...item, hash: 'x' }) }],
    ['declaredBody', 'a field too few', { ...read, text: '{"item_id":"Bar"}' }],
    ['declaredBody', 'no date', { ...read, text: JSON.stringify({ ...item, created_at: '1' }) }],
    ['declaredHeaders', 'a header that is missing', without(read, 'etag')],
    [
      'declaredHeaders',
      'one that is not declared',
      { ...read, headers: { ...read.headers, x: '' } },
    ],
    [
      'declaredHeaders',
      'one with another value',
      { ...read, headers: { ...read.headers, etag: 'x' } },
    ],
    ['accepted', 'a 400', problem],
    ['accepted', 'a 401 to a good token', { ...problem, status: 401 }],
    ['accepted', 'an invalid_request to a form', problem, 'issueToken'],
    ['gone', 'a 204', { ...read, status: 204 }],
    ['refused', 'a 200', read],
    ['refused', 'a 404', { ...problem, status: 404 }],
    [
      'refused',
      'a grant that is refused',
      { ...problem, text: '{"error":"invalid_grant"}' },
      'issueToken',
    ],
    ['refused', 'a 401 to somebody', { ...problem, status: 401 }],
    ['challenged', 'a 200', read],
    ['challenged', 'a 403', { ...problem, status: 403 }],
    ['challenged', 'a 401 without a challenge', { ...problem, status: 401 }],
  ])('%s finds %s', (name, _what, answer, operationId = 'readItem') => {
    expect(faultsIn(answer, request(operationId), name)).not.toEqual([])
  })

  it.each(['"1"', 'W/"known-etag"', '"a", "b"'])('conditionHeld finds a success to %s', (tag) => {
    const condition = { 'If-Match': tag }
    expect(faultsIn(read, request('updateItem', condition), 'conditionHeld')).not.toEqual([])
    expect(faultsIn(problem, request('updateItem', condition), 'conditionHeld')).toEqual([])
  })

  it.each([undefined, 'GET', 'GET, HEAD, POST', 'GET, HEAD, POST, PUT, OPTIONS'])(
    'of Allow finds fault with %s',
    (allow) => {
      const answer = { ...read, headers: allow === undefined ? {} : { allow } }
      expect(allowFaults(answer, ['GET', 'POST'])).not.toEqual([])
      expect(
        allowFaults({ ...read, headers: { allow: 'POST, GET, HEAD, OPTIONS' } }, ['GET', 'POST']),
      ).toEqual([])
    },
  )
})
