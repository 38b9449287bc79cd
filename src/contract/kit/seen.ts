/** Compares the responses that were seen with those that the contract declares. */
import { declaredTypeOf } from '../document/media-type.ts'
import { responseKey } from '../document/response-key.ts'
import type { KitOperation } from './kit-operation.ts'

export interface SeenResponse {
  readonly status: number
  readonly mediaType: string | undefined
  /** In lower case. */
  readonly headers: readonly string[]
}

export interface Seen {
  add(operation: KitOperation, response: SeenResponse): void
  /** The declared responses that were not seen, or not with all that they declare. */
  unseen(operation: KitOperation): Unseen[]
}

export interface Unseen {
  /** A status, a range of statuses, or `default`. */
  readonly status: string
  /** Nothing of the response was seen. */
  readonly isWhole: boolean
  /** The media types and headers. */
  readonly parts: readonly string[]
}

export function seenResponses(): Seen {
  const seen = new Set<string>()
  return { add, unseen }

  function add(
    { id, responses }: KitOperation,
    { status, mediaType = '', headers }: SeenResponse,
  ): void {
    const key = responseKey(responses, status)
    if (key === undefined) return
    const types = Object.keys(responses[key]?.content ?? {})
    const declared = types.length > 0 ? declaredTypeOf(types, mediaType) : undefined
    for (const part of ['', declared ?? '', ...headers.map((name) => `${name}:`)])
      seen.add(`${id} ${key} ${part}`)
  }

  function unseen({ id, responses }: KitOperation): Unseen[] {
    return Object.entries(responses).flatMap(([status, { content, headers }]) => {
      const isWhole = !seen.has(`${id} ${status} `)
      const isUnseen = (part: string) => !seen.has(`${id} ${status} ${part}`)
      const parts = [
        ...Object.keys(content).filter(isUnseen),
        ...Object.keys(headers).filter((name) => isUnseen(`${name}:`)),
      ]
      return isWhole || parts.length > 0 ? [{ status, isWhole, parts }] : []
    })
  }
}
