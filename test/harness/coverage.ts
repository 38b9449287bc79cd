/** J5: what was answered, held against what the contract declares, both ways. */

import { readContract } from '../../src/contract/contract.ts'
import { resolve } from '../../src/contract/document.ts'
import type { Seen } from './answers-seen.ts'

interface Coverage {
  /** How many (operation, status, media type) and (operation, status, header) the contract declares. */
  readonly declared: number
  readonly unseen: readonly string[]
  readonly undeclared: readonly string[]
}

export function coverage(answers: readonly Seen[]): Coverage {
  const declared = new Set(declaredAnswers())
  const seen = new Set(answers.flatMap(partsOf))
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

function partsOf({ operationId, status, mediaType, headers }: Seen): string[] {
  const answer = `${operationId} ${status}`
  return [
    `${answer} ${mediaType ?? 'without a body'}`,
    ...headers.map((name) => `${answer} ${name.toLowerCase()}:`),
  ]
}

function declaredAnswers(): string[] {
  const { document, operations } = readContract()
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
