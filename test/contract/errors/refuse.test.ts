import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/contract/document/operation-table.ts'
import { type Fault, Refusal } from '../../../src/contract/errors/refusal.ts'
import { checkRefuser, refuser } from '../../../src/contract/errors/refuse.ts'

const operation: Operation = {
  method: 'get',
  path: '/books',
  security: [],
  scopes: [],
  queries: [],
  headers: [],
  request: [],
  requiresBody: false,
  responses: { 200: [], 404: [], 409: [], '4XX': [], default: [] },
  codes: { 404: ['not_found'] },
}
const refuse = refuser('readBooks', operation)

describe('refuse', () => {
  it('has a function for each error, range and default that the operation declares', () => {
    expect(Object.keys(refuse)).toEqual(['404', '409', '4XX', 'default'])
    expect(Object.isFrozen(refuse)).toBe(true)
  })

  it('makes errors with status, code, message, headers, faults and cause', () => {
    const faults: readonly Fault[] = [{ in: 'path', pointer: '/id', detail: 'is unknown' }]
    const init = { headers: { 'Retry-After': 7, Link: '</>' }, faults, cause: 'moved' }
    const refusal = refuse[404]?.('not_found', 'Not found', init)
    expect(refusal).toBeInstanceOf(Error)
    expect(refusal).toMatchObject({
      status: 404,
      code: 'not_found',
      message: 'Not found',
      headers: { 'Retry-After': '7', Link: '</>' },
      faults,
      cause: 'moved',
    })
  })

  it('takes any code of a response that lists none', () => {
    expect(refuse[409]?.('anything', 'No')).toMatchObject({ status: 409, code: 'anything' })
  })

  it('takes the status of a range or of the default', () => {
    expect(refuse['4XX']?.('gone', 'Gone', { status: 410 })).toMatchObject({ status: 410 })
    expect(refuse.default?.('busy', 'Busy', { status: 503 })).toMatchObject({ status: 503 })
  })

  it.each([
    ['404', 'no_such', {}],
    ['404', 'not_found', { status: 410 }],
    ['4XX', 'gone', {}],
    ['4XX', 'not_found', { status: 404 }],
    ['4XX', 'busy', { status: 503 }],
    ['default', 'fine', { status: 204 }],
  ])('makes nothing that is not declared: %s %s %j', (key, code, init) => {
    expect(() => refuse[key]?.(code, 'No', init)).toThrow(TypeError)
  })
})

describe('Refusal.isMadeBy', () => {
  it('accepts only what this refuse, or the one of the checks, has made', () => {
    expect(Refusal.isMadeBy(refuse, refuse[409]?.('taken', 'Taken'))).toBe(true)
    expect(Refusal.isMadeBy(refuse, checkRefuser(refuse)[401]?.('unknown', 'Who?'))).toBe(true)
    const same = refuser('readBooks', operation)
    expect(Refusal.isMadeBy(refuse, same[409]?.('taken', 'Taken'))).toBe(false)
    expect(Refusal.isMadeBy(refuse, new Error('Taken'))).toBe(false)
  })
})
