/** Watches the servers of a contract in this process: which requests reach their handlers, the responses to all, and the defects. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Contract } from '../contract.ts'
import { isServedHere, observe } from '../routing/observer.ts'
import type { KitOperation } from './kit-operation.ts'
import type { Seen } from './seen.ts'

export interface Watch {
  /** Whether a server of this process serves the contract. */
  isHere(): boolean
  /** The headers of a request that is watched; with `broken`, its handler fails with this error. */
  headersFor(broken?: Error): Readonly<Record<string, string>>
  /** What happened to a request with these headers. */
  happened(headers: Readonly<Record<string, string>>): Readonly<Watched>
  /** The defects since the start, except those of handlers that were made to fail. */
  readonly defects: readonly string[]
  end(): void
}

/** What happened to a request. */
interface Watched {
  /** Whether the server took it for a request of an operation. */
  isSeen: boolean
  /** Whether a handler got the request. */
  isHandled: boolean
  /** Why the status is 500. */
  cause?: unknown
  /** The handler fails with it. */
  readonly broken?: Error | undefined
}

const idHeader = 'x-contract-test'

export function watch(
  contract: Contract,
  operations: ReadonlyMap<string, KitOperation>,
  seen: Seen,
): Watch {
  const watched = new Map<string, Watched>()
  const defects: string[] = []
  const end = observe(contract, { onRequest, beforeHandler, onRefusal, hasCaused })
  return {
    isHere: () => isServedHere(contract),
    headersFor: (broken) => {
      if (!isServedHere(contract)) return {}
      const id = String(watched.size)
      watched.set(id, { isSeen: false, isHandled: false, broken })
      return { [idHeader]: id }
    },
    happened: ({ [idHeader]: id = '' }) => watched.get(id) ?? { isSeen: false, isHandled: false },
    defects,
    end,
  }

  function onRequest(id: string, req: IncomingMessage, res: ServerResponse): void {
    const operation = operations.get(id)
    if (!operation) return
    const request = watchedOf(req)
    if (request) request.isSeen = true
    res.once('finish', () => {
      const headers = res.getHeaders()
      const mediaType = headers['content-type']?.toString()
      seen.add(operation, { status: res.statusCode, mediaType, headers: Object.keys(headers) })
    })
  }

  function beforeHandler(_id: string, req: IncomingMessage): void {
    const request = watchedOf(req)
    if (request) request.isHandled = true
    if (request?.broken) throw request.broken
  }

  function onRefusal(
    { status, cause }: { status: number; cause?: unknown },
    id: string,
    req: IncomingMessage,
  ): void {
    if (status !== 500 || hasCaused({ cause }, req)) return
    const request = watchedOf(req)
    if (request) request.cause = cause
    defects.push(`${id}: ${described(cause)}`)
  }

  function hasCaused({ cause }: { cause?: unknown }, req: IncomingMessage): boolean {
    const { broken } = watchedOf(req) ?? {}
    return broken !== undefined && broken === cause
  }

  function watchedOf({ headers: { [idHeader]: id } }: IncomingMessage): Watched | undefined {
    return typeof id === 'string' ? watched.get(id) : undefined
  }
}

/** With the line that threw it. */
export function described(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  const [place = ''] = cause.stack?.match(/^ +at .*/m) ?? []
  const inner = cause.cause === undefined ? '' : ` (${described(cause.cause)})`
  return `${cause.name}: ${cause.message}${inner}${place && `\n  ${place.trim()}`}`
}
