import { describe, expect, it } from 'vitest'
import { responseKey, responseKeyPattern } from '../../../src/contract/document/response-key.ts'

describe('responseKey', () => {
  it('is the status, else its range, else default', () => {
    const responses = { 200: [], '2XX': [], default: [] }
    expect([200, 204, 404].map((status) => responseKey(responses, status))).toEqual([
      '200',
      '2XX',
      'default',
    ])
  })

  it('is undefined for an undeclared status', () => {
    expect(responseKey({ 200: [], '4XX': [] }, 304)).toBeUndefined()
  })
})

describe('responseKeyPattern', () => {
  it('accepts statuses, ranges and default only', () => {
    const keys = ['100', '599', '4XX', 'default', '600', '4xx', '20', '1200', '4290', 'defaults']
    expect(keys.filter((key) => responseKeyPattern.test(key))).toEqual([
      '100',
      '599',
      '4XX',
      'default',
    ])
  })
})
