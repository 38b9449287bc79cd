/** Checks the security requirements of an operation: one of them must be met, with all its schemes (OpenAPI 3.1 §4.8.30). */
import type { Request } from 'express'
import { ContractError } from '../document/document.ts'
import type { Operation } from '../document/operation-table.ts'
import { ownValue } from '../document/own-value.ts'
import { Refusal } from '../errors/refusal.ts'
import type { AnyRefuse } from '../errors/refuse.ts'
import type { RefuseOfScheme } from '../errors/refuse-types.ts'
import { type CallRefuse, requireThrown } from '../errors/unthrown.ts'
import type { NotInTheContract } from '../exactly.ts'
import type { ContractTypes, Principals, SchemeOf } from '../handler.ts'

/**
 * Returns the principal, which is not undefined, or throws what `refuse` makes. `scopes` are the scopes that the operation requires. `R` is what the check
 * needs of `refuse`.
 *
 *     const bearer: SecurityCheck<Caller, Can<401, 'invalid_token'>> = async (req, scopes, refuse) => {
 *       throw refuse[401]('invalid_token', 'The token is invalid')
 *     }
 */
export type SecurityCheck<Principal = unknown, R = unknown> = (
  req: Request,
  scopes: readonly string[],
  refuse: R,
) => Promise<Principal>

/** One check for each security scheme of the contract, by name, and no other. */
export type SecurityChecks<C extends ContractTypes, P extends Principals> = {
  readonly [Scheme in keyof P]: SecurityCheck<P[Scheme], RefuseOfScheme<C, Scheme>>
} & (string extends SchemeOf<C>
  ? unknown
  : {
      // With its own refusals: it types the arguments of a check while `P` is inferred.
      readonly [Scheme in Exclude<SchemeOf<C>, keyof P>]: SecurityCheck<
        unknown,
        RefuseOfScheme<C, Scheme>
      >
    } & { readonly [Scheme in Exclude<keyof P, SchemeOf<C>>]: NotInTheContract<Scheme> })

/** Without the types of a contract. */
export type AnyChecks = Readonly<Record<string, SecurityCheck<unknown, AnyRefuse>>>

/** Called once if no requirement is met, before the response, with the refusals that the response joins. */
export type OnDenied = (refusals: readonly Refusal[], req: Request) => Promise<void>

interface Authorized {
  readonly principal: unknown
  /** If only `{}` is met: throws what the request would get without `{}`. */
  readonly deny?: () => Promise<never>
}

/** What the checks of an operation refuse with. */
interface Refusing {
  /** Makes the `refuse` of one call. */
  readonly newRefuse: () => CallRefuse
  /** The refusal that a check has thrown, or for what it has thrown. Undefined for a defect. */
  readonly refusalFor: (thrown: unknown) => Refusal | undefined
}

const publicly: Authorized = { principal: undefined }
const noPrincipal = 'returned no principal: throw a refusal, or return what is not undefined'

/**
 * Throws a `ContractError` if a scheme of the operation has no check.
 *
 * The principal is that of the first requirement that is met, `{}` last: what the check of its scheme returns, or an object with the
 * principal of each of its schemes; undefined for a public operation. If no requirement is met, throws one refusal that names all that
 * would do.
 */
export function authorizer(
  { security }: Operation,
  checks: AnyChecks,
  { newRefuse, refusalFor }: Refusing,
  onDenied?: OnDenied,
): (req: Request) => Promise<Authorized> {
  const requirements = lastIfEmpty(security).map((schemes) =>
    Object.entries(schemes).map(([scheme, scopes]) => ({
      scheme,
      check: checkOf(scheme, checks),
      scopes,
    })),
  )

  async function principalOf(
    { scheme, check, scopes }: (typeof requirements)[number][number],
    req: Request,
  ): Promise<unknown> {
    const refuse = newRefuse()
    const principal = await check(req, scopes, refuse)
    requireThrown(`the check of ${scheme}`, refuse)
    if (principal === undefined) throw new Error(`the check of ${scheme} ${noPrincipal}`)
    return principal
  }

  return async function authorize(req) {
    const refusals: Refusal[] = []
    async function deny(): Promise<never> {
      const [first, ...others] = decisive(refusals)
      if (!first) throw new Error('no check has refused the request')
      await onDenied?.([first, ...others], req)
      throw joined(first, others)
    }
    for (const schemes of requirements) {
      try {
        const [only, ...others] = schemes
        if (!only) return refusals.length > 0 ? { principal: undefined, deny } : publicly
        if (others.length === 0) return { principal: await principalOf(only, req) }
        const principals = schemes.map(
          async (each) => [each.scheme, await principalOf(each, req)] as const,
        )
        return { principal: Object.fromEntries(await Promise.all(principals)) }
      } catch (error) {
        const refusal = refusalFor(error)
        if (!refusal) throw error
        refusals.push(refusal)
      }
    }
    return refusals.length > 0 ? await deny() : publicly
  }
}

/** `{}` is met by every request: before the others, it would keep their credentials from being checked. */
function lastIfEmpty(security: Operation['security']): Operation['security'] {
  const isEmpty = (schemes: object) => Object.keys(schemes).length === 0
  return security.toSorted((one, other) => Number(isEmpty(one)) - Number(isEmpty(other)))
}

/**
 * The refusals of one status. First that of a check that could not decide, such as a 503: the request may be permitted. Then 403,
 * because the credentials are valid. Then 401.
 */
function decisive(refusals: readonly Refusal[]): readonly Refusal[] {
  const statuses = refusals.map(({ status }) => status)
  const undecided = statuses.find((status) => status !== 401 && status !== 403)
  const chosen = undecided ?? (statuses.includes(403) ? 403 : 401)
  return refusals.filter(({ status }) => status === chosen)
}

/** The first refusal, with the messages and challenges of all (RFC 9110 §11.6.1). */
function joined(first: Refusal, others: readonly Refusal[]): Refusal {
  const all = [first, ...others]
  const messages = [...new Set(all.map(({ message }) => message))]
  const challenges = [...new Set(all.flatMap(challengesOf))]
  if (messages.length === 1 && challenges.length < 2) return first
  const challenge = challenges.length > 0 && { 'WWW-Authenticate': challenges.join(', ') }
  return Refusal.changed(first, {
    message: `No alternative is met: ${messages.join('; ')}`,
    headers: { ...first.headers, ...challenge },
    faults: [],
    cause: first,
  })
}

function challengesOf({ headers }: Refusal): string[] {
  return Object.entries(headers)
    .filter(([name]) => name.toLowerCase() === 'www-authenticate')
    .map(([, value]) => value)
}

function checkOf(scheme: string, checks: AnyChecks): AnyChecks[string] {
  const check = ownValue(checks, scheme)
  if (!check) throw new ContractError(`the security scheme ${scheme} has no check`)
  return check
}
