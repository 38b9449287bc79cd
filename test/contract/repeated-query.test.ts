import type { Request, RequestHandler, Response } from 'express'
import { describe, expect, it } from 'vitest'
import { namingRepeated } from '../../src/contract/repeated-query.ts'

/** What is said of the faults of a validator, at these paths, of a request with ?a=1&a=2&b=1. */
function saidOf(...paths: string[]): string[] {
  const errors = paths.map((path) => ({ path, message: 'must be integer' }))
  const failing: RequestHandler = (_req, _res, next) => next(Object.assign(new Error(), { errors }))
  const req = { query: { a: ['1', '2'], b: '1' } } as unknown as Request
  namingRepeated(failing)(req, {} as Response, () => {})
  return errors.map(({ message }) => message)
}

describe('a query parameter that is given twice', () => {
  it('is said to be repeated, and no other part of a request', () => {
    expect(saidOf('/query/a', '/query/b', '/query/c', '/body/a', '/query/a/0', '/query')).toEqual([
      'is repeated',
      ...Array.from({ length: 5 }, () => 'must be integer'),
    ])
  })
})
