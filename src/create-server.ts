/** Makes a server from a contract and handlers: our own server, or one that is built on it. */
import type { Contract, ContractTypes, Handler, OperationId, Refusals } from '#contract'
import type { AuditEvent } from '../generated/api.ts'
import type { Api } from '../generated/contract.ts'
import { runProgram } from './commands/program.ts'
import { type Environment, readConfig } from './config/config.ts'
import type { Principals } from './operations/handler.ts'
import type { Product, Services } from './services.ts'
import type { RunningServer } from './serving/server.ts'
import { type OnAccountDeleted, type OwnAccess, type OwnData, ownAccess } from './store/own-data.ts'

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

/**
 * One handler for each operation of the contract that has no built-in one. Those that are taken over unchanged have one, which a
 * handler given here replaces.
 */
export type OwnHandlers<C extends ContractTypes> = {
  readonly [Id in OwnOperation<C>]: Handler<C, Id, Principals>
} & {
  readonly [Id in Exclude<OperationId<C>, OwnOperation<C>>]?: Handler<C, Id, Principals>
}

export interface CreateServerOptions<C extends ContractTypes, Tables = object> {
  /** What `generate` has made of `openapi.yaml`. */
  readonly contract: Contract<C>
  /** Called once, when the server starts. `db` and `transaction` reach the own tables. */
  readonly handlers: (services: OwnServices<Tables>) => OwnHandlers<C>
  /**
   * What the errors that own handlers throw mean, by operation. Errors of the database need no entry: they are 503.
   *
   *     { createNote: [when(TooManyNotes, (error, refuse: Can<409, 'too_many_notes'>) => refuse[409]('too_many_notes', error.message))] }
   */
  readonly refusals?: Refusals<C>
  /** The name of the command, in its help and its messages. */
  readonly name: string
  readonly version?: string
  /** One sentence, for `--help`. */
  readonly description?: string
  /** `openapi.yaml`, to be served as it is. Without it, `/openapi.yaml` is the contract as JSON, which is YAML too. */
  readonly source?: URL
  /** The scopes of a new account unless others are given: names, or patterns such as `me:*`. Default: none. */
  readonly defaultScopes?: readonly string[]
  /** What makes the own tables, by name, in the order of the names. Each runs once; a released one never changes. */
  readonly migrations?: OwnData['migrations']
  /** The column of an own table, in milliseconds since 1970, from which on its rows are deleted, by table. Each needs an index. */
  readonly expires?: { readonly [Table in keyof Tables]?: keyof Tables[Table] & string }
  /** Called in the transaction that deletes an account, before its row is deleted. Only queries: it may run several times. */
  readonly onAccountDeleted?: OnAccountDeleted<Tables>
  /**
   * Called with each event of the audit trail, after its cause is committed: at least once, in no certain order, by any server of the
   * database. If it rejects, or takes longer than 30 seconds, it is called again later, for up to seven days.
   */
  readonly onEvent?: (event: AuditEvent, services: OwnServices<Tables>) => Promise<void>
}

export type OwnServices<Tables> = Services & OwnAccess<Tables>

export interface CreatedServer {
  readonly product: Product
  /**
   * Runs a command, such as `serve` or `user list`, and sets the exit code of the process. For a server, resolves once it listens.
   * Without arguments, those of the process.
   */
  cli(args?: readonly string[], environment?: Environment): Promise<number>
  /** Starts the server in this process. `settings` precede those of the environment. */
  listen(settings?: Environment): Promise<RunningServer>
}

/**
 * The server of a contract. `Tables` are the types of the own tables. Throws nothing: a contract that the handlers do not fit is a `ContractError` of `listen` and `serve`.
 *
 *     await createServer({
 *       name: 'notes',
 *       contract,
 *       defaultScopes: ['me:*', 'notes:*'],
 *       handlers: (services) => ({ listNotes: listNotes(services) }),
 *     }).cli()
 */
export function createServer<C extends ContractTypes, Tables = object>({
  version = '0.0.0',
  description = 'A contract-first OAuth2 server.',
  source,
  defaultScopes = [],
  refusals = {},
  migrations = {},
  expires = {},
  onAccountDeleted,
  onEvent,
  ...given
}: CreateServerOptions<C, Tables>): CreatedServer {
  // The types of the contract and of the tables have no meaning at run time.
  const contract: Contract = given.contract as Contract
  const own = { migrations, expires, listens: onEvent !== undefined, onAccountDeleted } as OwnData
  const withAccess = (services: Services): OwnServices<Tables> => ({
    ...services,
    ...ownAccess<Tables>(services.store),
  })
  const product: Product = {
    name: given.name,
    contract,
    version,
    description,
    source,
    defaultScopes,
    refusals: refusals as Product['refusals'],
    own,
    onEvent: onEvent && ((event, services) => onEvent(event, withAccess(services))),
    handlers: (services) => given.handlers(withAccess(services)),
  }
  return {
    product,
    async cli(args = process.argv.slice(2), environment = process.env) {
      const status = await runProgram(product, args, environment)
      if (status !== 0) process.exitCode = status
      return status
    },
    async listen(settings = {}) {
      const config = readConfig({ ...process.env, ...settings })
      const { startServer } = await import('./serving/server.ts')
      return await startServer({ config, product })
    },
  }
}
