/** Compares the responses that were seen with those that the contract declares [J5]. */

import { contract } from '../../generated/contract.ts'
import { resolve } from '../../src/contract/document/document.ts'
import type { SeenResponse } from './seen-responses.ts'

interface Coverage {
  /** The number of (operation, status, media type) and (operation, status, header) in the contract. */
  readonly declared: number
  readonly unseen: readonly string[]
  readonly undeclared: readonly string[]
}

export function coverage(responses: readonly SeenResponse[]): Coverage {
  const declared = new Set(declaredParts())
  const seen = new Set(responses.flatMap(partsOf))
  return {
    declared: declared.size,
    unseen: [...declared]
      .filter((part) => !seen.has(part))
      .map((part) => `declared but never seen: ${part}`),
    undeclared: [...seen]
      .filter((part) => !declared.has(part))
      .map((part) => `seen but not declared: ${part}`),
  }
}

function partsOf({ operationId, status, mediaType, headers }: SeenResponse): string[] {
  const response = `${operationId} ${status}`
  return [
    `${response} ${mediaType ?? 'without a body'}`,
    ...headers.map((name) => `${response} ${name.toLowerCase()}:`),
  ]
}

function declaredParts(): string[] {
  const { document, operations } = contract
  return Object.entries(operations).flatMap(([operationId, { path, method, responses }]) =>
    Object.entries(responses).flatMap(([status, mediaTypes]) => {
      const response = document.paths[path]?.[method]?.responses?.[status]
      const { headers = {} } = response ? resolve(document, response) : {}
      return partsOf({
        operationId,
        status: Number(status),
        mediaType: mediaTypes[0],
        headers: Object.keys(headers),
      })
    }),
  )
}
