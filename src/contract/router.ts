/** Routes requests to the operations of the contract: path → method → security → body → validation → handler → response. */
import type { Request, RequestHandler, Response } from 'express'
import { bodyReader } from './body.ts'
import { contentTypeNormalizer } from './content-type.ts'
import { assertComplete, type Contract, type Implementation } from './contract.ts'
import { errorFormatOf } from './error-format.ts'
import { beginExchange, exchangeOf } from './exchange.ts'
import type { Handler, Request as HandlerRequest, Handlers, OperationId } from './handler.ts'
import { requestValidator } from './openapi-validator.ts'
import type { Operation } from './operation-table.ts'
import { optionsOf, type PathEntry, pathOf, pathTable } from './path-table.ts'
import { normalizeQuery, requireKnownQuery } from './query.ts'
import { InternalServerError, MethodNotAllowed, type Refusal, refusalOf } from './refusal.ts'
import { isReplyOf, type OutgoingResponse, responder, send } from './reply.ts'
import type { ReplyCheck } from './reply-check.ts'
import { authorizer } from './security.ts'

export interface RouterOptions<Caller> extends Implementation {
  readonly contract: Contract
  readonly handlers: Handlers<Caller>
  readonly maxBodyBytes: number
  /** Checks every response against the contract. A response that fails the check is replaced by a 500. */
  readonly replyCheck?: ReplyCheck | undefined
  /** Maps errors of the application to refusals. Returns undefined for an unknown error. */
  readonly refusalFor?: ((error: unknown) => Refusal | undefined) | undefined
  /** Called for every refusal, which has the private cause, with the error code of the response. */
  readonly onRefusal: (refusal: Refusal, req: Request, code: string) => void
}

type Route = (req: Request, res: Response) => Promise<void>

/**
 * Express middleware for all paths of the contract; other paths go to `next`. Throws a `ContractError` if the contract and the
 * implementation differ.
 *
 *     app.use(contractRouter({ contract: readContract(), handlers, security: { bearer: check }, errors: [problemDetails], … }))
 */
export function contractRouter<Caller>(options: RouterOptions<Caller>): RequestHandler {
  assertComplete(options.contract, options)
  const { operations } = options.contract
  const find = pathTable(operations)
  const routes = new Map(
    Object.entries(operations).map(([id, operation]) => [
      id,
      createRoute(id as OperationId, operation, options),
    ]),
  )

  return function contract(req, res, next) {
    const entry = find(pathOf(req.url))
    if (!entry) return next()
    if (req.method === 'OPTIONS') return send(res, optionsOf(entry))
    if (req.method === 'HEAD' && entry.methods.has('GET')) req.method = 'GET'
    const route = routes.get(entry.methods.get(req.method) ?? '')
    if (route) return void route(req, res).catch(next)
    refuseMethod(entry, req, res)
  }

  function refuseMethod(entry: PathEntry, req: Request, res: Response): void {
    const refusal = new MethodNotAllowed(entry.allow)
    const format = errorFormatOf(entry, options.errors)
    options.onRefusal(refusal, req, format.code(refusal))
    send(res, format.toResponse(refusal))
  }
}

function createRoute<Id extends OperationId, Caller>(
  id: Id,
  operation: Operation,
  options: RouterOptions<Caller>,
): Route {
  const { contract, handlers, security, errors, maxBodyBytes, replyCheck, onRefusal } = options
  const { refusalFor } = options
  const normalizeContentType = contentTypeNormalizer(operation)
  const authorize = authorizer(operation, security)
  const readBody = bodyReader(operation, maxBodyBytes)
  const validate = requestValidator(contract.document, operation)
  const handler: Handler<Id, Caller> = handlers[id]
  const respond = responder(id, operation)
  const format = errorFormatOf(operation, errors)

  return async function serve(req, res) {
    const exchange = beginExchange(req, id)
    try {
      normalizeQuery(req)
      normalizeContentType(req)
      // Before the body is read, so that unauthorized callers cannot upload. A caller who loses a permission while the body arrives
      // is still served; the server's `requestTimeout` limits that time. Critical operations check again in their transaction.
      exchange.principal = await authorize(req)
      requireKnownQuery(req, operation)
      if (readBody) req.body = await readBody(req, res)
      if (validate) await validate(req, res)
      const reply = await handler(requestOf<Id, Caller>(req, operation), respond)
      if (!isReplyOf(id, reply)) throw new TypeError(`${id} did not return a reply of its respond`)
      deliver(req, res, reply)
    } catch (error) {
      deliver(req, res, refuse(declared(refusalFor?.(error) ?? refusalOf(error)), req))
    }
  }

  function refuse(refusal: Refusal, req: Request): OutgoingResponse {
    onRefusal(refusal, req, format.code(refusal))
    return format.toResponse(refusal)
  }

  /** A refusal that the contract does not declare is a defect of the server. */
  function declared(refusal: Refusal): Refusal {
    if (refusal.status in operation.responses) return refusal
    const message = `${id} refused with ${refusal.status}, which openapi.yaml does not declare`
    return new InternalServerError(new Error(message, { cause: refusal }))
  }

  function deliver(req: Request, res: Response, response: OutgoingResponse): void {
    const faults = replyCheck
      ? replyCheck(id, response, { ...res.getHeaders(), ...lowerCase(response.headers) })
      : []
    if (faults.length === 0) return send(res, response)
    const defect = new Error(`${id} ${response.status}: ${faults.join('; ')}`)
    send(res, refuse(new InternalServerError(defect), req))
  }
}

/** The cast is safe: the types come from the contract, and the request has been validated against it. */
function requestOf<Id extends OperationId, Caller>(
  req: Request,
  { headers }: Operation,
): HandlerRequest<Id, Caller> {
  // Node's names are in lower case, those of the contract as written.
  const given = headers.map((name) => [name, req.headers[name.toLowerCase()]])
  const request = {
    path: req.params,
    query: req.query,
    header: Object.fromEntries(given),
    body: req.body,
    principal: exchangeOf(req)?.principal,
    http: req,
  }
  return request as unknown as HandlerRequest<Id, Caller>
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
