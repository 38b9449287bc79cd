/** Makes a server from a contract and handlers: our own server, or one that is built on it. */
import type { Principals as AnyPrincipals, Contract, ContractTypes, Refusals } from '#contract'
import type { AuditEvent } from '../generated/api.ts'
import { runProgram } from './commands/program.ts'
import { type Environment, readConfig } from './config/config.ts'
import { newId } from './keys/secrets.ts'
import type { MailTexts } from './mail/texts/mail-texts.ts'
import type { OwnHandlers, Principals, SecurityOption } from './own-handlers.ts'
import { type OnAccountDeleted, type OwnServices, ownServices } from './own-services.ts'
import type { OwnChecks, Product } from './services.ts'
import type { OwnData } from './store/own-data.ts'

/**
 * `C` are the types of the contract, `Tables` those of the own tables, `P` what the check of each security scheme returns:
 * `Principals & { ApiKey: KeyOwner }`.
 */
export type CreateServerOptions<
  C extends ContractTypes,
  Tables = object,
  P extends AnyPrincipals = Principals,
> = CommonOptions<C, Tables, P> & SecurityOption<C, P, OwnServices<Tables>>

interface CommonOptions<C extends ContractTypes, Tables, P extends AnyPrincipals> {
  /** What `generate` has made of `openapi.yaml`. */
  readonly contract: Contract<C>
  /** Called once, when the server starts. */
  readonly handlers: (services: OwnServices<Tables>) => OwnHandlers<C, P>
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
  /**
   * Called in the transaction that deletes an account, before its row is deleted, over HTTP or on the command line, whose log is standard
   * error. Only queries: it may run several times.
   *
   *     async onAccountDeleted(tx, userId, { now }) {
   *       await tx.insertInto('app_farewells').values({ user_id: userId, said_at: now() }).execute()
   *     }
   */
  readonly onAccountDeleted?: OnAccountDeleted<Tables>
  /**
   * Called with each event of the audit trail, after its cause is committed: at least once, in no certain order, by any server of the
   * database. If it rejects, or takes longer than 30 seconds, it is called again later, for up to seven days.
   */
  readonly onEvent?: (event: AuditEvent, services: OwnServices<Tables>) => Promise<void>
  /**
   * Texts of mails, by language tag and kind. One replaces ours, and a language that we do not have is added; what it lacks is in English.
   *
   *     { fr: { password_changed: ({ username }, { service }) => ({ subject: `Mot de passe de ${service}`, text: `… ${username} …` }) } }
   */
  readonly mailTexts?: MailTexts
}

export interface CreatedServer {
  /**
   * Runs a command, such as `serve` or `user list`, and sets the exit code of the process. For a server, resolves once it listens.
   * Without arguments, those of the process.
   */
  cli(args?: readonly string[], environment?: Environment): Promise<number>
  /** Starts the server in this process. `settings` precede those of the environment. */
  listen(settings?: Environment): Promise<ListeningServer>
}

export interface ListeningServer {
  /** Where the server listens, `http://…`. */
  readonly url: string
  /** Completes the accepted requests, and closes everything. */
  stop(): Promise<void>
}

/** What the servers are made of. Not a property: the code that is built on ours does not depend on it. */
const products = new WeakMap<CreatedServer, Product>()

/** For our own code and tests. Throws a `TypeError` if `createServer` has not made the server. */
export function productOf(server: CreatedServer): Product {
  const product = products.get(server)
  if (!product) throw new TypeError('the server was not made by this createServer')
  return product
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
export function createServer<
  C extends ContractTypes,
  Tables = object,
  P extends AnyPrincipals = Principals,
>({
  version = '0.0.0',
  description = 'A contract-first OAuth2 server.',
  source,
  defaultScopes = [],
  refusals = {},
  migrations = {},
  expires = {},
  onAccountDeleted,
  onEvent,
  mailTexts = {},
  security,
  ...given
}: CreateServerOptions<C, Tables, P>): CreatedServer {
  // The types of the contract and of the tables have no meaning at run time.
  const contract: Contract = given.contract as Contract
  const own = { migrations, expires, listens: onEvent !== undefined } as OwnData
  const deleted = onAccountDeleted as OnAccountDeleted<object> | undefined
  const product: Product = {
    name: given.name,
    contract,
    version,
    description,
    source,
    defaultScopes,
    refusals: refusals as Product['refusals'],
    own,
    onAccountDeleted: ({ now, log }) =>
      deleted && ((tx, userId) => deleted(tx, userId, { now, newId, log })),
    mailTexts,
    onEvent: onEvent && ((event, services) => onEvent(event, ownServices(services))),
    handlers: (services) => given.handlers(ownServices(services)),
    security: (services) => (security?.(ownServices(services)) ?? {}) as OwnChecks,
  }
  const server: CreatedServer = {
    async cli(args = process.argv.slice(2), environment = process.env) {
      const status = await runProgram(product, args, environment)
      if (status !== 0) process.exitCode = status
      return status
    },
    async listen(settings = {}) {
      const config = readConfig({ ...process.env, ...settings })
      const { startServer } = await import('./serving/server.ts')
      const { url, stop } = await startServer({ config, product })
      return { url, stop }
    },
  }
  products.set(server, product)
  return server
}
