/** Serves every operation of the contract: path → method → plain request → security → body → security again → validation → handler → reply. */
import type { Request, RequestHandler, Response } from 'express'
import { readBody } from './body.ts'
import type { Contract } from './contract.ts'
import { beginExchange, exchangeOf } from './exchange.ts'
import type { Handler, Request as HandlerRequest, Handlers, OperationId } from './handler.ts'
import { headerWords, inWords } from './header-words.ts'
import { allOf } from './in-order.ts'
import type { Operation } from './operation-table.ts'
import { type PathEntry, pathTable } from './path-table.ts'
import { knownQuery, pathOf, plainContentType, plainQuery } from './plain-request.ts'
import { answerOf, codeOf, refusalOf } from './problem.ts'
import { InternalServerError, MethodNotAllowed, type Refusal } from './refusal.ts'
import { type Answer, isReplyOf, responder, send } from './reply.ts'
import type { ReplyCheck } from './reply-check.ts'
import { type SecurityChecks, validator } from './validator.ts'

export interface RouterOptions<Who> {
  readonly contract: Contract
  readonly handlers: Handlers<Who>
  readonly securityChecks: SecurityChecks
  /** The largest body, in bytes. */
  readonly bodyLimit: number
  /** Holds every answer against the contract. */
  readonly replyCheck?: ReplyCheck | undefined
  /** What an error of the layers below is refused with; asked first. Nothing where it does not know the error. */
  readonly refusalFor?: ((error: unknown) => Refusal | undefined) | undefined
  /** Told of every refusal, with its private cause, and the code that it is answered with. */
  readonly onRefusal: (refusal: Refusal, req: Request, code: string) => void
}

type Serve = (req: Request, res: Response) => Promise<void>

export function contractRouter<Who>(options: RouterOptions<Who>): RequestHandler {
  const { operations } = options.contract
  const find = pathTable(operations)
  const serve = new Map(
    Object.entries(operations).map(([id, operation]) => [
      id,
      serving(id as OperationId, operation, options),
    ]),
  )

  return function contract(req, res, next) {
    const entry = find(pathOf(req.url))
    if (!entry) return next()
    if (req.method === 'OPTIONS') return send(res, { status: 204, headers: { Allow: entry.allow } })
    if (req.method === 'HEAD' && entry.methods.has('GET')) req.method = 'GET'
    const operation = serve.get(entry.methods.get(req.method) ?? '')
    if (operation) return operation(req, res)
    refuseMethod(entry, req, res)
  }

  function refuseMethod({ allow, methods }: PathEntry, req: Request, res: Response): void {
    const refusal = new MethodNotAllowed(allow)
    const [id = ''] = methods.values()
    const format = operations[id]?.errors ?? 'Problem'
    options.onRefusal(refusal, req, codeOf(refusal, format))
    send(res, answerOf(refusal, format))
  }
}

function serving<Id extends OperationId, Who>(
  id: Id,
  operation: Operation,
  options: RouterOptions<Who>,
): Serve {
  const { contract, handlers, securityChecks, bodyLimit, replyCheck, refusalFor, onRefusal } =
    options
  const { authorize, validate } = validator(contract.document, operation, securityChecks)
  const respond = responder(id, operation)
  const handler: Handler<Id, Who> = handlers[id]
  const words = headerWords(contract.document, operation)
  const security = [...authorize, authorized]
  const check = allOf([
    plainQuery,
    plainContentType(operation),
    ...security,
    knownQuery(operation),
    readBody(operation, bodyLimit),
    // Whoever sends the body seconds after the head may have lost his rights between the two.
    ...(operation.request.length > 0 ? security : []),
    ...validate,
  ])

  return async function serve(req, res) {
    const exchange = beginExchange(req, id)
    try {
      await check(req, res)
      const reply = await handler(requestOf<Id, Who>(req, operation), respond)
      if (!isReplyOf(id, reply)) throw new TypeError(`${id} returned what its respond has not made`)
      deliver(req, res, reply)
    } catch (error) {
      deliver(req, res, refused(exchange.refused ?? error, req))
    }
  }

  function refused(error: unknown, req: Request): Answer {
    return refuse(declared(inWords(refusalFor?.(error) ?? refusalOf(error), words)), req)
  }

  function refuse(refusal: Refusal, req: Request): Answer {
    onRefusal(refusal, req, codeOf(refusal, operation.errors))
    return answerOf(refusal, operation.errors)
  }

  /** A refusal that the contract does not foresee is a defect of ours. */
  function declared(refusal: Refusal): Refusal {
    if (refusal.status in operation.replies) return refusal
    const message = `${id} refused with ${refusal.status}, which openapi.yaml does not declare`
    return new InternalServerError(new Error(message, { cause: refusal }))
  }

  function deliver(req: Request, res: Response, answer: Answer): void {
    const faults = replyCheck
      ? replyCheck(id, answer, { ...res.getHeaders(), ...lowerCase(answer.headers) })
      : []
    if (faults.length === 0) return send(res, answer)
    const defect = new Error(`${id} ${answer.status}: ${faults.join('; ')}`)
    send(res, refuse(new InternalServerError(defect), req))
  }
}

/** One of several alternatives may have refused before another let the request in: that is no refusal any more. */
const authorized: RequestHandler = (req, _res, next) => {
  const exchange = exchangeOf(req)
  if (exchange) exchange.refused = undefined
  next()
}

/** The types come from the contract, and the validator has just held the request against it. */
function requestOf<Id extends OperationId, Who>(
  req: Request,
  { headers }: Operation,
): HandlerRequest<Id, Who> {
  // Node has the names in lower case, the contract as they are written.
  const given = headers.map((name) => [name, req.headers[name.toLowerCase()]])
  const request = {
    path: req.params,
    query: req.query,
    header: Object.fromEntries(given),
    body: req.body,
    principal: exchangeOf(req)?.principal,
    http: req,
  }
  return request as unknown as HandlerRequest<Id, Who>
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
