/** A query parameter that is given twice is a list to express-openapi-validator, which then misses the type of one value. */
import type { Request, RequestHandler } from 'express'

/** Runs the validator, and lets its errors say of such a parameter what is wrong with it. */
export function namingRepeated(validate: RequestHandler): RequestHandler {
  return function named(req, res, next) {
    validate(req, res, (error?: unknown) => {
      for (const fault of faultsIn(error)) if (isRepeated(req, fault)) fault.message = 'is repeated'
      next(error)
    })
  }
}

interface QueryFault {
  readonly path: string
  message: string
}

function faultsIn(error: unknown): readonly QueryFault[] {
  if (!(error instanceof Error && 'errors' in error)) return []
  return Array.isArray(error.errors) ? error.errors : []
}

function isRepeated({ query }: Request, { path }: QueryFault): boolean {
  const [, part, name = '', ...rest] = path.split('/')
  return part === 'query' && rest.length === 0 && Array.isArray(query[name])
}
