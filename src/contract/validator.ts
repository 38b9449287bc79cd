/** express-openapi-validator over the slice of the contract that holds one operation. */
import type { Request, RequestHandler } from 'express'
import { middleware } from 'express-openapi-validator'
import { type Document, slice } from './document.ts'
import { exchangeOf } from './exchange.ts'
import type { Operation } from './operation-table.ts'

/** Says who calls, or throws a refusal. `scopes` are those that the operation requires. */
export type SecurityCheck = (req: Request, scopes: readonly string[]) => Promise<unknown>

/** One check for every security scheme of the contract. */
export type SecurityChecks = Readonly<Record<string, SecurityCheck>>

export interface Validator {
  /** Finds the operation and checks its security. */
  readonly authorize: readonly RequestHandler[]
  /** Checks parameters and body. */
  readonly validate: RequestHandler
}

export function validator(
  document: Document,
  { path, method }: Operation,
  checks: SecurityChecks,
): Validator {
  const steps = middleware({
    apiSpec: slice(document, path, method),
    validateApiSpec: false,
    validateRequests: { allErrors: true },
    validateResponses: false,
    validateSecurity: { handlers: Object.fromEntries(Object.entries(checks).map(remembering)) },
    ajvFormats: { mode: 'full' },
    fileUploader: false,
  })
  const validate = steps.pop()
  if (!validate) throw new Error('express-openapi-validator has no middleware')
  return { authorize: steps, validate }
}

function remembering([scheme, check]: [string, SecurityCheck]) {
  const handler = async (req: Request, scopes: string[]) => {
    const exchange = exchangeOf(req)
    if (!exchange) return false
    try {
      exchange.principal = await check(req, scopes)
      return true
    } catch (error) {
      exchange.refused = error
      throw error
    }
  }
  return [scheme, handler] as const
}
