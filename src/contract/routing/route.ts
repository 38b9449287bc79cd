/** Answers the requests of an operation: security → admission → body → validation → handler → response. */
import type { Request, Response } from 'express'
import type { Contract } from '../contract.ts'
import { ContractError } from '../document/document.ts'
import type { Operation } from '../document/operation-table.ts'
import { ownValue } from '../document/own-value.ts'
import { errorKey, responseKey } from '../document/response-key.ts'
import { ContentTooLarge, InternalServerError, isOfLayer, Refusal } from '../errors/refusal.ts'
import { type Mapping, mapper } from '../errors/refusal-mapping.ts'
import { type AnyRefuse, checkRefuser, refuser } from '../errors/refuse.ts'
import { responseFormats } from '../errors/response-formats.ts'
import { refusePerCall, requireThrown } from '../errors/unthrown.ts'
import { itemCheck } from '../reply/item-check.ts'
import { isRaw, type RawReply, sendRaw } from '../reply/raw-reply.ts'
import { isReplyOf, type OutgoingResponse, responder, send } from '../reply/reply.ts'
import { lowerCase, replyCheck } from '../reply/reply-check.ts'
import { discard } from '../reply/stream-body.ts'
import { type RequestData, requestReader } from '../request/request.ts'
import { keepInFolder, keepInMemory } from '../request/uploaded-file.ts'
import type { Settings } from '../serve.ts'
import type { Exchange } from './exchange.ts'
import { observedBy } from './observer.ts'
import { authorizer } from './security.ts'

/** Answers one request. */
export type Route = (req: Request, res: Response, exchange: Exchange) => Promise<void>

/** The routes of a contract, by operationId. */
export function routesOf(contract: Contract, settings: Settings): ReadonlyMap<string, Route> {
  const routes = Object.entries(contract.operations).map(
    ([id, operation]) => [id, createRoute(id, operation, contract, settings)] as const,
  )
  return new Map(routes)
}

function createRoute(
  id: string,
  operation: Operation,
  contract: Contract,
  settings: Settings,
): Route {
  const { handlers, security, errors, limits, checkReplies, onRefusal, onDenied } = settings
  const { document, operations } = contract
  const admit = ownValue(settings.admit, id)
  const faultsOf = checkReplies ? replyCheck(document, operations) : undefined
  const requireItemOf = checkReplies ? itemCheck(document, operations) : undefined
  const { uploadFolder } = settings
  const keepFile = uploadFolder === undefined ? keepInMemory : keepInFolder(uploadFolder)
  const reader = requestReader(document, operation, limits, keepFile)
  const refuse = refuser(id, operation)
  const newRefuse = refusePerCall(refuse)
  const checkRefuse = checkRefuser(refuse)
  const mapped = mapper(id, refuse, mappingsOf(id, operation, settings))
  const authorize = authorizer(
    operation,
    security,
    {
      newRefuse: refusePerCall(checkRefuse),
      refusalFor: (error) => thrownRefusal(error, checkRefuse),
    },
    onDenied,
  )
  const handler = ownValue(handlers, id)
  if (!handler) throw new ContractError(`the operation ${id} has no handler`)
  const respond = responder(id, operation)
  const formatOf = responseFormats(document, operation, errors)
  const observed = observedBy(contract)

  return async function serve(req, res, exchange) {
    observed.observer?.onRequest(id, req, res)
    let isInHandler = false
    let release: RequestData['release']
    try {
      const head = reader.readHead(req)
      // Before the body is read, so that unauthorized callers cannot upload. A caller who loses a permission while the body arrives
      // is still served; the server's `requestTimeout` limits that time. Critical operations check again in their transaction.
      const authorized = await authorize(req)
      exchange.principal = authorized.principal
      const ownRefuse = newRefuse()
      await admit?.(ownRefuse, { ...authorized, http: req })
      requireThrown(`the admission of ${id}`, ownRefuse)
      const { release: releaseFiles, ...request } = await reader.read(req, res, head)
      release = releaseFiles
      isInHandler = true
      observed.observer?.beforeHandler(id, req)
      const data = { ...request, principal: exchange.principal, http: req }
      const reply = await handler(data, respond, ownRefuse)
      requireThrown(id, ownRefuse)
      if (!isReplyOf(id, reply)) throw new TypeError(`${id} did not return a reply of its respond`)
      if (isRaw(reply)) return await deliverRaw(req, res, reply, exchange)
      if (!isDeclared(reply)) throw new TypeError(`${id} responded with ${reply.status}`)
      deliver(req, res, reply, exchange)
    } catch (error) {
      deliverError(req, res, refusalFor(error, isInHandler), exchange)
    } finally {
      if (release) afterResponse(res, release)
    }
  }

  function refusalFor(error: unknown, isInHandler: boolean): Refusal {
    try {
      // A stream that the handler reads ends with a `ContentTooLarge` at the limit.
      if (error instanceof ContentTooLarge || (!isInHandler && isOfLayer(error))) return error
      return (
        thrownRefusal(error, isInHandler ? refuse : checkRefuse) ?? new InternalServerError(error)
      )
    } catch (defect) {
      return new InternalServerError(defect)
    }
  }

  /** What was thrown if `refuse` has made it, or the refusal for it. Undefined for a defect. */
  function thrownRefusal(error: unknown, declared: AnyRefuse): Refusal | undefined {
    return Refusal.isMadeBy(refuse, error) ? error : mapped(error, declared)
  }

  function report(refusal: Refusal, req: Request): OutgoingResponse {
    const { observer } = observed
    observer?.onRefusal(refusal, id, req)
    const format = formatOf(refusal.status)
    if (!observer?.hasCaused(refusal, req)) onRefusal(refusal, req, format.code(refusal))
    return format.toResponse(refusal)
  }

  function isDeclared({ status }: { readonly status: number }): boolean {
    return responseKey(operation.responses, status) !== undefined
  }

  /** A 500 if it cannot be sent, as with a header value that HTTP cannot carry. */
  function deliverError(req: Request, res: Response, refusal: Refusal, exchange: Exchange): void {
    const response = report(refusal, req)
    try {
      if (response.status !== refusal.status)
        throw new TypeError(`the error format made ${response.status} of ${refusal.status}`)
      // What this layer itself rejects is not declared by every contract.
      if (errorKey(operation.responses, refusal.status)) deliver(req, res, response, exchange)
      else send(res, response)
    } catch (defect) {
      send(res, report(new InternalServerError(defect), req))
    }
  }

  async function deliverRaw(
    req: Request,
    res: Response,
    reply: RawReply,
    { isHead }: Exchange,
  ): Promise<void> {
    const onFailure = (error: unknown) => send(res, report(new InternalServerError(error), req))
    await sendRaw(res, reply, observed.rawUses, ({ status, headers = {}, body }) =>
      send(res, { status, headers, body, isSerialized: true }, { isHead, onFailure }),
    )
  }

  function deliver(
    req: Request,
    res: Response,
    response: OutgoingResponse,
    { isHead }: Exchange,
  ): void {
    const faults =
      faultsOf?.(id, response, { ...res.getHeaders(), ...lowerCase(response.headers) }) ?? []
    const onFailure = (error: unknown) => send(res, report(new InternalServerError(error), req))
    if (faults.length === 0) {
      const requireItem = requireItemOf?.(id, response)
      return send(res, response, { isHead, onFailure, requireItem })
    }
    discard(response.body)
    const defect = new Error(`${id} ${response.status}: ${faults.join('; ')}`)
    send(res, report(new InternalServerError(defect), req))
  }
}

function afterResponse(res: Response, release: () => Promise<void>): void {
  const remove = () => void release().catch(() => {})
  if (res.closed) remove()
  else res.once('close', remove)
}

/** The list of the operation, of its security schemes, and of all operations. */
function mappingsOf(id: string, { security }: Operation, settings: Settings): Mapping<never>[] {
  const schemes = new Set(security.flatMap(Object.keys))
  return [
    ...(ownValue(settings.refusals, id) ?? []),
    ...[...schemes].flatMap((scheme) => ownValue(settings.securityRefusals, scheme) ?? []),
    ...settings.commonRefusals,
  ]
}
