/** Serves a contract: Express middleware that finds the operation of a request, and passes the request to its route. */
import { inspect } from 'node:util'
import type { Request, RequestHandler, Response } from 'express'
import { assertComplete, type Contract, type Implementation } from './contract.ts'
import { pathOf } from './document/path-template.ts'
import { type ErrorFormat, errorFormatOf } from './errors/error-format.ts'
import { MethodNotAllowed, type Refusal } from './errors/refusal.ts'
import type {
  CommonRefusals,
  Mapping,
  Refusals,
  SecurityRefusals,
} from './errors/refusal-mapping.ts'
import type { AnyRefuse } from './errors/refuse.ts'
import type { Refuse } from './errors/refuse-types.ts'
import type { Arrival, ContractTypes, Handlers, OperationId, Principals } from './handler.ts'
import { send } from './reply/reply.ts'
import { sendContinue } from './request/continue.ts'
import { defaultLimits, type Limits } from './request/limits.ts'
import { beginExchange } from './routing/exchange.ts'
import { observedBy } from './routing/observer.ts'
import { optionsOf, type PathEntry, pathTable } from './routing/path-table.ts'
import type { Route } from './routing/route.ts'
import type { OnDenied, SecurityChecks } from './routing/security.ts'

export interface ServeOptions<C extends ContractTypes, P extends Principals> extends CommonOptions {
  /** One for each operation, by operationId. */
  readonly handlers: Handlers<C, P>
  /** One check for each security scheme, by name. What it returns is the `principal` of the request. */
  readonly security: SecurityChecks<C, P>
  /** Throws a refusal that depends on neither the query nor the body, before they are read. */
  readonly admit?: {
    readonly [Id in OperationId<C>]?: (
      refuse: Refuse<C, Id>,
      arrival: Arrival<C, Id, P>,
    ) => void | Promise<void>
  }
  /** What the errors that its code throws mean for an operation: the first entry that fits counts. Any other error is a 500. */
  readonly refusals?: Refusals<C>
  /** The same for all operations with a security scheme, after their own entries. */
  readonly securityRefusals?: SecurityRefusals<C>
  /** The same for all operations, after the others. Each operation must declare the status and the code. */
  readonly commonRefusals?: CommonRefusals<C>
}

interface CommonOptions {
  /** The format of error responses, or one for each schema of errors. */
  readonly errors: ErrorFormat | readonly ErrorFormat[]
  /** What a request may contain. */
  readonly limits?: Partial<Limits>
  /** The folder for uploaded files. Without it they are kept in memory: up to `limits.uploadBytes` for each request that is served. */
  readonly uploadFolder?: string | undefined
  /** Checks every response against the contract: one that differs is replaced by a 500. True by default. */
  readonly checkReplies?: boolean
  /** By default, the causes of 500 are written to stderr. */
  readonly onRefusal?: OnRefusal
  readonly onDenied?: OnDenied | undefined
}

/** Called for every refusal, which has the private cause, with the error code of the response. */
export type OnRefusal = (refusal: Refusal, req: Request, code: string) => void

/** The options without the types of a contract, which have no meaning at run time, and with all defaults. */
export interface Settings
  extends Required<Omit<CommonOptions, 'errors' | 'limits'>>,
    Implementation {
  readonly limits: Limits
  readonly handlers: Readonly<
    Record<string, (request: object, respond: object, refuse: AnyRefuse) => unknown>
  >
  readonly admit: Readonly<
    Record<string, (refuse: AnyRefuse, arrival: object) => void | Promise<void>>
  >
  readonly refusals: Readonly<Record<string, readonly Mapping<never>[]>>
  readonly securityRefusals: Readonly<Record<string, readonly Mapping<never>[]>>
  readonly commonRefusals: readonly Mapping<never>[]
}

const defaults = {
  checkReplies: true,
  uploadFolder: undefined,
  onDenied: undefined,
  admit: {},
  refusals: {},
  securityRefusals: {},
  commonRefusals: [],
  onRefusal: ({ status, cause }: Refusal) => {
    if (status === 500) process.stderr.write(`${inspect(cause)}\n`)
  },
} as const

/**
 * Express middleware for all paths of the contract; other paths go to `next`. Throws a `ContractError` if the contract and the
 * implementation differ.
 *
 *     app.use(serve(contract, { handlers, security: { bearer: check }, errors: problemDetails() }))
 */
export function serve<C extends ContractTypes, P extends Principals>(
  contract: Contract<C>,
  options: ServeOptions<C, P>,
): RequestHandler {
  const settings = settingsOf(options)
  assertComplete(contract, settings)
  observedBy(contract).isServed = true
  const find = pathTable(contract.operations)
  // Loads the validators, which the rest of a program that only names a contract does not need.
  let loaded: ReadonlyMap<string, Route> | undefined
  const routes = import('./routing/route.ts').then(({ routesOf }) => {
    loaded = routesOf(contract, settings)
    return loaded
  })

  return function serveContract(req, res, next) {
    const entry = find(pathOf(req.url))
    if (!entry) {
      sendContinue(req, res)
      return next()
    }
    if (req.method === 'OPTIONS') return send(res, optionsOf(entry))
    const isHead = req.method === 'HEAD' && entry.methods.has('GET')
    if (isHead) req.method = 'GET'
    const id = entry.methods.get(req.method)
    if (id === undefined) return refuseMethod(entry, req, res)
    const exchange = beginExchange(req, id, isHead)
    const answered = loaded
      ? loaded.get(id)?.(req, res, exchange)
      : routes.then((all) => all.get(id)?.(req, res, exchange))
    answered?.catch(next)
  }

  function refuseMethod(entry: PathEntry, req: Request, res: Response): void {
    const refusal = new MethodNotAllowed(entry.allow)
    const format = errorFormatOf(entry, settings.errors)
    settings.onRefusal(refusal, req, format.code(refusal))
    send(res, format.toResponse(refusal))
  }
}

function settingsOf<C extends ContractTypes, P extends Principals>(
  options: ServeOptions<C, P>,
): Settings {
  const errors = [options.errors].flat()
  const limits = { ...defaultLimits, ...options.limits }
  const settings = { ...defaults, ...options, errors, limits }
  // The types come from the contract, and each request is validated against it before its handler gets it.
  return settings as unknown as Settings
}
