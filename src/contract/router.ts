/** Routes requests to the operations of the contract: path → method → security → admission → body → validation → handler → response. */
import type { Request, RequestHandler, Response } from 'express'
import { bodyReader } from './body.ts'
import { contentTypeNormalizer } from './content-type.ts'
import { assertComplete, type Contract, type Implementation } from './contract.ts'
import { cookiesIn } from './cookies.ts'
import { ContractError } from './document.ts'
import { type ErrorFormat, errorFormatOf } from './error-format.ts'
import { beginExchange, exchangeOf } from './exchange.ts'
import type { ContractTypes, Handlers, OperationId, Principals } from './handler.ts'
import { observedBy } from './observer.ts'
import { requestValidator } from './openapi-validator.ts'
import type { Operation } from './operation-table.ts'
import { optionsOf, type PathEntry, pathTable } from './path-table.ts'
import { pathOf } from './path-template.ts'
import { normalizeQuery, requireKnownQuery } from './query.ts'
import { InternalServerError, MethodNotAllowed, type Refusal, refusalOf } from './refusal.ts'
import { isReplyOf, type OutgoingResponse, responder, send } from './reply.ts'
import type { ReplyCheck } from './reply-check.ts'
import { responseKey } from './response-key.ts'
import { authorizer, type OnDenied, type SecurityChecks } from './security.ts'
import { discard } from './stream-body.ts'

export interface RouterOptions<C extends ContractTypes, P extends Principals>
  extends CommonOptions {
  readonly contract: Contract<C>
  readonly handlers: Handlers<C, P>
  readonly security: SecurityChecks<P>
  /** Throws a refusal that depends on neither the query nor the body, before they are read. */
  readonly admit?: { readonly [Id in OperationId<C>]?: () => void }
}

interface CommonOptions {
  /** One for each schema of errors. */
  readonly errors: readonly ErrorFormat[]
  readonly maxBodyBytes: number
  /** Checks every response against the contract. A response that fails the check is replaced by a 500. */
  readonly replyCheck?: ReplyCheck | undefined
  /** Maps errors of the application to refusals. Returns undefined for an unknown error. */
  readonly refusalFor?: ((error: unknown) => Refusal | undefined) | undefined
  readonly onRefusal: OnRefusal
  readonly onDenied?: OnDenied | undefined
}

/** Called for every refusal, which has the private cause, with the error code of the response. */
export type OnRefusal = (refusal: Refusal, req: Request, code: string) => void

type Route = (req: Request, res: Response, isHead: boolean) => Promise<void>

/** The options without the types of a contract, which have no meaning at run time. */
interface UntypedOptions extends CommonOptions, Implementation {
  readonly contract: Contract
  readonly handlers: Readonly<Record<string, (request: object, respond: object) => unknown>>
  readonly admit?: Readonly<Record<string, () => void>>
}

/**
 * Express middleware for all paths of the contract; other paths go to `next`. Throws a `ContractError` if the contract and the
 * implementation differ.
 *
 *     app.use(contractRouter({ contract, handlers, security: { bearer: check }, errors: [problemDetails], … }))
 */
export function contractRouter<C extends ContractTypes, P extends Principals>(
  options: RouterOptions<C, P>,
): RequestHandler {
  // The types come from the contract, and each request is validated against it before its handler gets it.
  const untyped = options as unknown as UntypedOptions
  assertComplete(untyped.contract, untyped)
  observedBy(untyped.contract).servers++
  const { operations } = untyped.contract
  const find = pathTable(operations)
  const routes = new Map(
    Object.entries(operations).map(([id, operation]) => [id, createRoute(id, operation, untyped)]),
  )

  return function contract(req, res, next) {
    const entry = find(pathOf(req.url))
    if (!entry) return next()
    if (req.method === 'OPTIONS') return send(res, optionsOf(entry))
    const isHead = req.method === 'HEAD' && entry.methods.has('GET')
    if (isHead) req.method = 'GET'
    const route = routes.get(entry.methods.get(req.method) ?? '')
    if (route) return void route(req, res, isHead).catch(next)
    refuseMethod(entry, req, res)
  }

  function refuseMethod(entry: PathEntry, req: Request, res: Response): void {
    const refusal = new MethodNotAllowed(entry.allow)
    const format = errorFormatOf(entry, options.errors)
    options.onRefusal(refusal, req, format.code(refusal))
    send(res, format.toResponse(refusal))
  }
}

function createRoute(id: string, operation: Operation, options: UntypedOptions): Route {
  const { contract, handlers, security, errors, maxBodyBytes, replyCheck, onRefusal } = options
  const { cookies = [] } = operation
  const { refusalFor, admit: { [id]: admit } = {} } = options
  const normalizeContentType = contentTypeNormalizer(operation)
  const authorize = authorizer(operation, security, options.onDenied)
  const readBody = bodyReader(operation, maxBodyBytes)
  const validate = requestValidator(contract.document, operation)
  const { [id]: handler } = handlers
  if (!handler) throw new ContractError(`the operation ${id} has no handler`)
  const respond = responder(id, operation)
  const format = errorFormatOf(operation, errors)
  const observed = observedBy(contract)

  return async function serve(req, res, isHead) {
    const exchange = beginExchange(req, id)
    exchange.isHead = isHead
    let isHandled = false
    try {
      normalizeQuery(req)
      const mediaType = normalizeContentType(req)
      if (cookies.length > 0) req.cookies = cookiesIn(req.headers.cookie ?? '')
      // Before the body is read, so that unauthorized callers cannot upload. A caller who loses a permission while the body arrives
      // is still served; the server's `requestTimeout` limits that time. Critical operations check again in their transaction.
      exchange.principal = await authorize(req)
      admit?.()
      requireKnownQuery(req, operation)
      if (readBody && mediaType) req.body = await readBody(req, res, mediaType)
      if (validate) await validate(req, res, mediaType)
      isHandled = true
      observed.observer?.beforeHandler(id, req)
      const reply = await handler(requestOf(req, operation), respond)
      if (!isReplyOf(id, reply)) throw new TypeError(`${id} did not return a reply of its respond`)
      deliver(req, res, reply)
    } catch (error) {
      const refusal = refusalFor?.(error) ?? refusalOf(error)
      deliver(req, res, refuse(isHandled ? declared(refusal) : refusal, req))
    }
  }

  function refuse(refusal: Refusal, req: Request): OutgoingResponse {
    observed.observer?.onRefusal(refusal, id, req)
    onRefusal(refusal, req, format.code(refusal))
    return format.toResponse(refusal)
  }

  /** A refusal of the handler that the contract does not declare is a defect of the server. */
  function declared(refusal: Refusal): Refusal {
    const isDefect = refusal instanceof InternalServerError
    if (isDefect || responseKey(operation.responses, refusal.status)) return refusal
    const message = `${id} refused with ${refusal.status}, which openapi.yaml does not declare`
    return new InternalServerError(new Error(message, { cause: refusal }))
  }

  function deliver(req: Request, res: Response, response: OutgoingResponse): void {
    // What this layer itself rejects is not declared by every contract.
    const isDeclared = responseKey(operation.responses, response.status) !== undefined
    const faults =
      replyCheck && (isDeclared || response.status < 400)
        ? replyCheck(id, response, { ...res.getHeaders(), ...lowerCase(response.headers) })
        : []
    const isHead = exchangeOf(req)?.isHead
    const onFailure = (error: unknown) => send(res, refuse(new InternalServerError(error), req))
    if (faults.length === 0) return send(res, response, { isHead, onFailure })
    discard(response.body)
    const defect = new Error(`${id} ${response.status}: ${faults.join('; ')}`)
    send(res, refuse(new InternalServerError(defect), req))
  }
}

function requestOf(req: Request, { headers, cookies = [] }: Operation): object {
  // Node's names are in lower case, those of the contract as written.
  const given = headers.map((name) => [name, req.headers[name.toLowerCase()]])
  return {
    path: req.params,
    query: req.query,
    header: Object.fromEntries(given),
    cookie: Object.fromEntries(cookies.map((name) => [name, req.cookies[name]])),
    // That of the client, where the contract declares a range.
    mediaType: req.body === undefined ? undefined : req.headers['content-type'],
    body: req.body,
    principal: exchangeOf(req)?.principal,
    http: req,
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
