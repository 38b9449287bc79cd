/** The one way around the contract: a reply that no type and no check has seen. Each use is counted, so that tests can list it. */
import type { ServerResponse } from 'node:http'
import type { Contract } from '../contract.ts'
import { type RawResponse, type Reply, repliedBy, type WriteRaw } from '../handler.ts'
import { observedBy } from '../routing/observer.ts'
import { callPlace } from './call-place.ts'

const raw: unique symbol = Symbol('raw')

export interface RawReply extends Reply {
  readonly [raw]: RawResponse | WriteRaw
  /** Where it was made, such as `file:///app/export.ts:12:20`. */
  readonly place: string
}

/** `respond.raw` of an operation. */
export function rawResponder(id: string): (response: RawResponse | WriteRaw) => RawReply {
  return (response) => ({
    [repliedBy]: id,
    [raw]: response,
    place: callPlace(new Error().stack, 1),
  })
}

export interface RawUse {
  readonly operationId: string
  readonly status: number
  /** Where `respond.raw` was called, such as `file:///app/export.ts:12:20`. */
  readonly place: string
  /** How often, in this process. */
  readonly count: number
}

/**
 * The uses of `respond.raw` in the servers of a contract in this process: one for each operation, status and place.
 *
 *     for (const { operationId, status, place } of rawUses(contract)) console.log(operationId, status, place)
 */
export function rawUses(contract: Contract): readonly RawUse[] {
  return [...observedBy(contract).rawUses.values()]
}

export function isRaw(reply: object): reply is RawReply {
  return raw in reply
}

/** `send` sends a body of text, bytes, or a stream of them. Rejects with the error of the function that writes the response. */
export async function sendRaw(
  res: ServerResponse,
  { [raw]: response, [repliedBy]: operationId, place }: RawReply,
  uses: Map<string, RawUse>,
  send: (response: RawResponse) => void,
): Promise<void> {
  try {
    if (typeof response === 'function') await response(res)
    else send(response)
  } finally {
    const status = typeof response === 'function' ? res.statusCode : response.status
    const key = `${operationId} ${status} ${place}`
    uses.set(key, { operationId, status, place, count: (uses.get(key)?.count ?? 0) + 1 })
  }
}
