/** Who may call an operation: one of its security requirements has to be met, with every scheme in it (OpenAPI 3.1 §4.8.30). */
import type { Request } from 'express'
import { ContractFault } from './document.ts'
import type { Operation } from './operation-table.ts'
import { Refusal } from './refusal.ts'

/** Says who calls, or throws a refusal. `scopes` are those that the operation requires. */
export type SecurityCheck = (req: Request, scopes: readonly string[]) => Promise<unknown>

/** One check for every security scheme of the contract. */
export type SecurityChecks = Readonly<Record<string, SecurityCheck>>

/**
 * Resolves to what the first scheme of the first requirement that is met says of the caller; to nothing where nobody is
 * asked. Where none is met, throws what the first requirement was refused with.
 */
export type Authorize = (req: Request) => Promise<unknown>

export function authorizer({ security }: Operation, checks: SecurityChecks): Authorize {
  const requirements = security.map((schemes) =>
    Object.entries(schemes).map(([scheme, scopes]) => ({ check: checkOf(scheme, checks), scopes })),
  )
  return async function authorize(req) {
    const refusals: Refusal[] = []
    for (const schemes of requirements) {
      try {
        const [caller] = await Promise.all(schemes.map(({ check, scopes }) => check(req, scopes)))
        return caller
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
  if (!check) throw new ContractFault(`the security scheme ${scheme} has no check`)
  return check
}
