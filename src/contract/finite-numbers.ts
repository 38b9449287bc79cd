/** For express-openapi-validator `1e400` is an integer, and the limits of numbers are for those that are finite. */
import type { RequestHandler } from 'express'
import type { Operation } from './operation-table.ts'
import { BadRequest, type Fault } from './refusal.ts'

/** Refuses parameters that are numbers without an end. */
export function finiteNumbers({ headers }: Operation): RequestHandler {
  const names = headers.map((name) => name.toLowerCase())
  return function finiteNumbers(req, _res, next) {
    const header = Object.fromEntries(names.map((name) => [name, req.headers[name]]))
    const faults = [
      ...infiniteIn('path', req.params),
      ...infiniteIn('query', req.query),
      ...infiniteIn('header', header),
    ]
    next(faults.length > 0 ? new BadRequest('The request is invalid', { faults }) : undefined)
  }
}

function infiniteIn(part: Fault['in'], values: Readonly<Record<string, unknown>>): Fault[] {
  return Object.entries(values)
    .filter(([, value]) => typeof value === 'number' && !Number.isFinite(value))
    .map(([name]) => ({ in: part, pointer: `/${name}`, detail: 'must be finite' }))
}
