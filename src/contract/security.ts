/** Checks the security requirements of an operation: one of them must be met, with all its schemes (OpenAPI 3.1 §4.8.30). */
import type { Request } from 'express'
import { ContractError } from './document.ts'
import type { Principals } from './handler.ts'
import type { Operation } from './operation-table.ts'
import { Refusal } from './refusal.ts'

/** Returns the principal, or throws a refusal. `scopes` are the scopes that the operation requires. */
export type SecurityCheck<Principal = unknown> = (
  req: Request,
  scopes: readonly string[],
) => Promise<Principal>

/** One check for each security scheme of the contract, by name. */
export type SecurityChecks<P extends Principals = Readonly<Record<string, unknown>>> = {
  readonly [Scheme in keyof P]: SecurityCheck<P[Scheme]>
}

/**
 * Returns the principal of the first requirement that is met: what the check of its scheme returns, or an object with the principal
 * of each of its schemes; undefined for a public operation. If no requirement is met, throws the refusal of the first.
 */
export type Authorize = (req: Request) => Promise<unknown>

/** Throws a `ContractError` if a scheme of the operation has no check. */
export function authorizer({ security }: Operation, checks: SecurityChecks): Authorize {
  const requirements = security.map((schemes) =>
    Object.entries(schemes).map(([scheme, scopes]) => ({
      scheme,
      check: checkOf(scheme, checks),
      scopes,
    })),
  )
  return async function authorize(req) {
    const refusals: Refusal[] = []
    for (const schemes of requirements) {
      try {
        const principals = await Promise.all(
          schemes.map(
            async ({ scheme, check, scopes }) => [scheme, await check(req, scopes)] as const,
          ),
        )
        return principals.length > 1 ? Object.fromEntries(principals) : principals[0]?.[1]
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
