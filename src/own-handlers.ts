/** The types of the handlers and the security checks of a server that is built on ours. */
import type {
  Principals as AnyPrincipals,
  ContractTypes,
  Handler,
  OperationId,
  RefuseOfScheme,
  SecurityCheck,
} from '#contract'
import type { Api } from '../generated/contract.ts'
import type { Account } from './store/user-row.ts'

/** Who calls an operation with the scheme `OAuth2`: the `principal` of its handler. */
export interface Caller {
  /** The account of the token, as it is now. */
  readonly user: Account
  readonly sessionId: string
  readonly clientId: string
  /** Those of the token that the account still has. In a handler, `has` takes the scopes that its operation requires. */
  readonly scopes: ReadonlySet<string>
}

/** What the checks of the built-in schemes return. `clientBasic` is for operations of ours, which authenticate the client themselves. */
export interface Principals {
  readonly OAuth2: Caller
  readonly clientBasic: never
}

/** The operations of a contract that have no built-in handler, or that differ from the operation that it serves. */
type OwnOperation<C extends ContractTypes> = {
  [Id in OperationId<C>]: Id extends OperationId<Api>
    ? IsSame<C, Id> extends true
      ? never
      : Id
    : Id
}[OperationId<C>]

type IsSame<C extends ContractTypes, Id> = [TypesOf<C, Id>] extends [TypesOf<Api, Id>]
  ? [TypesOf<Api, Id>] extends [TypesOf<C, Id>]
    ? true
    : false
  : false

type TypesOf<C extends ContractTypes, Id> = C['operations'][Id & keyof C['operations']]

/** The security schemes of a contract; any text if its types do not have them. */
type SchemeOf<C extends ContractTypes> = C extends { readonly schemes: infer Scheme }
  ? Scheme & string
  : string

type OwnScheme<C extends ContractTypes> = Exclude<SchemeOf<C>, keyof Principals>

/** The principals by scheme, `unknown` for a scheme that `P` does not have. */
type PrincipalsOf<C extends ContractTypes, P extends AnyPrincipals> = P & {
  readonly [Scheme in Exclude<OwnScheme<C>, keyof P>]: unknown
}

/**
 * One handler for each operation of the contract that has no built-in one. Those that are taken over unchanged have one, which a
 * handler given here replaces.
 */
export type OwnHandlers<C extends ContractTypes, P extends AnyPrincipals = Principals> = {
  readonly [Id in OwnOperation<C>]: Handler<C, Id, PrincipalsOf<C, P>>
} & {
  readonly [Id in Exclude<OperationId<C>, OwnOperation<C>>]?: Handler<C, Id, PrincipalsOf<C, P>>
}

/** One check for each security scheme of the contract that is not built in. What it returns is the `principal`. */
export type OwnChecks<C extends ContractTypes, P extends AnyPrincipals> = {
  readonly [Scheme in OwnScheme<C>]: SecurityCheck<
    Scheme extends keyof P ? P[Scheme] : unknown,
    RefuseOfScheme<C, Scheme>
  >
}

/** Required if the contract has a scheme of its own. */
export type SecurityOption<C extends ContractTypes, P extends AnyPrincipals, Services> = [
  OwnScheme<C>,
] extends [never]
  ? { readonly security?: undefined }
  : string extends OwnScheme<C>
    ? { readonly security?: (services: Services) => OwnChecks<C, P> }
    : {
        /**
         * Called once, when the server starts. A check gets the request, the scopes that the operation requires and `refuse`. It returns the
         * principal, or throws a refusal.
         *
         *     security: ({ db }) => ({
         *       ApiKey: async (req, _scopes, refuse) => {
         *         const key = await findKey(db, req.headers['x-api-key'])
         *         if (!key) throw refuse[401]('unknown_key', 'The key is unknown')
         *         return { ownerId: key.owner_id }
         *       },
         *     })
         */
        readonly security: (services: Services) => OwnChecks<C, P>
      }
