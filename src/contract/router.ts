/** Serves every operation of the contract: path → method → security → body → validation → handler → reply. */
import type { Request, RequestHandler, Response } from 'express'
import { bodyReader } from './body.ts'
import { contentTypeNormalizer } from './content-type.ts'
import { assertWhole, type Contract, type Parts } from './contract.ts'
import { errorFormatOf } from './error-format.ts'
import { beginExchange, exchangeOf } from './exchange.ts'
import type { Handler, Request as HandlerRequest, Handlers, OperationId } from './handler.ts'
import { requestValidator } from './openapi-validator.ts'
import type { Operation } from './operation-table.ts'
import { type PathEntry, pathOf, pathTable } from './path-table.ts'
import { normalizeQuery, requireKnownQuery } from './query.ts'
import { InternalServerError, MethodNotAllowed, type Refusal, refusalOf } from './refusal.ts'
import { type Answer, isReplyOf, responder, send } from './reply.ts'
import type { ReplyCheck } from './reply-check.ts'
import { authorizer } from './security.ts'

export interface RouterOptions<Who> extends Parts {
  readonly contract: Contract
  readonly handlers: Handlers<Who>
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

/** Throws where the contract and what it is served with differ. */
export function contractRouter<Who>(options: RouterOptions<Who>): RequestHandler {
  assertWhole(options.contract, options)
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
    if (operation) return void operation(req, res).catch(next)
    refuseMethod(entry, req, res)
  }

  function refuseMethod(entry: PathEntry, req: Request, res: Response): void {
    const refusal = new MethodNotAllowed(entry.allow)
    const format = errorFormatOf(entry, options.errors)
    options.onRefusal(refusal, req, format.code(refusal))
    send(res, format.answer(refusal))
  }
}

function serving<Id extends OperationId, Who>(
  id: Id,
  operation: Operation,
  options: RouterOptions<Who>,
): Serve {
  const { contract, handlers, security, errors, bodyLimit, replyCheck, onRefusal } = options
  const { refusalFor } = options
  const normalizeContentType = contentTypeNormalizer(operation)
  const authorize = authorizer(operation, security)
  const readBody = bodyReader(operation, bodyLimit)
  const validate = requestValidator(contract.document, operation)
  const handler: Handler<Id, Who> = handlers[id]
  const respond = responder(id, operation)
  const format = errorFormatOf(operation, errors)

  return async function serve(req, res) {
    const exchange = beginExchange(req, id)
    try {
      normalizeQuery(req)
      normalizeContentType(req)
      // Once, before the body is read, so that nobody uploads who may not call. A right that is lost while the body arrives still
      // counts: the server's `requestTimeout` is the bound. What must not rely on that checks again in its transaction.
      exchange.principal = await authorize(req)
      requireKnownQuery(req, operation)
      if (readBody) req.body = await readBody(req, res)
      if (validate) await validate(req, res)
      const reply = await handler(requestOf<Id, Who>(req, operation), respond)
      if (!isReplyOf(id, reply)) throw new TypeError(`${id} returned what its respond has not made`)
      deliver(req, res, reply)
    } catch (error) {
      deliver(req, res, refuse(declared(refusalFor?.(error) ?? refusalOf(error)), req))
    }
  }

  function refuse(refusal: Refusal, req: Request): Answer {
    onRefusal(refusal, req, format.code(refusal))
    return format.answer(refusal)
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
