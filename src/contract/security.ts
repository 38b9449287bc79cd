/** Checks the security requirements of an operation: one of them must be met, with all its schemes (OpenAPI 3.1 §4.8.30). */
import type { Request } from 'express'
import { ContractError } from './document.ts'
import type { Operation } from './operation-table.ts'
import { Refusal } from './refusal.ts'

/** Returns the principal, or throws a refusal. `scopes` are the scopes that the operation requires. */
export type SecurityCheck = (req: Request, scopes: readonly string[]) => Promise<unknown>

/** One check for each security scheme of the contract, by name. */
export type SecurityChecks = Readonly<Record<string, SecurityCheck>>

/**
 * Returns the principal of the first scheme of the first requirement that is met; undefined for a public operation. If no
 * requirement is met, throws the refusal of the first.
 */
export type Authorize = (req: Request) => Promise<unknown>

/** Throws a `ContractError` if a scheme of the operation has no check. */
export function authorizer({ security }: Operation, checks: SecurityChecks): Authorize {
  const requirements = security.map((schemes) =>
    Object.entries(schemes).map(([scheme, scopes]) => ({ check: checkOf(scheme, checks), scopes })),
  )
  return async function authorize(req) {
    const refusals: Refusal[] = []
    for (const schemes of requirements) {
      try {
        const [principal] = await Promise.all(
          schemes.map(({ check, scopes }) => check(req, scopes)),
        )
        return principal
      } catch (refusal) {
        if (!(refusal instanceof Refusal)) throw refusal
        refusals.push(refusal)
      }
    }
    if (refusals.length > 0) throw refusals[0]
    return undefined
  }
}

function checkOf(scheme: string, checks: SecurityChecks): SecurityCheck {
  const check = checks[scheme]
  if (!check) throw new ContractError(`the security scheme ${scheme} has no check`)
  return check
}
