/**
 * Sees every answer that any server of the suite gives, whichever client asked: operation, status, media type, headers.
 *
 * Node itself reports them (diagnostics_channel), so that nothing in the server knows of it. What one test process has seen
 * is appended to a file, and held against the contract when all have ended (`global-setup.ts`). So is what `secrecy.ts` has found.
 */

import { subscribe } from 'node:diagnostics_channel'
import { appendFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll } from 'vitest'
import { exchangeOf } from '../../src/contract/exchange.ts'
import { isAside } from '../../src/contract/reply-check.ts'
import { secrecy } from './secrecy.ts'

/** One kind of answer. Servers whose contract is not openapi.yaml say so (`notOurs`) and are not recorded. */
export interface Seen {
  readonly operationId: string
  readonly status: number
  readonly mediaType: string | undefined
  readonly headers: readonly string[]
}

const seen = new Set<string>()
const otherContracts = new Set<unknown>()

/** Leaves the answers of one HTTP server out: it serves another contract than openapi.yaml. */
export function notOurs(server: unknown): void {
  otherContracts.add(server)
}

subscribe('http.server.response.finish', (message) => {
  const { request, response, server } = message as {
    request: IncomingMessage
    response: ServerResponse
    server: unknown
  }
  const operationId = exchangeOf(request)?.operationId
  if (!operationId || otherContracts.has(server)) return
  const headers = response.getHeaders()
  const answer: Seen = {
    operationId,
    status: response.statusCode,
    mediaType: headers['content-type']?.toString(),
    headers: Object.keys(headers)
      .filter((name) => !isAside(name))
      .sort(),
  }
  seen.add(JSON.stringify(answer))
})

afterAll(() => {
  const { TESSERA_SEEN, TESSERA_SECRECY } = process.env
  if (TESSERA_SEEN && seen.size > 0) appendFileSync(TESSERA_SEEN, `${[...seen].join('\n')}\n`)
  if (TESSERA_SECRECY) appendFileSync(TESSERA_SECRECY, `${JSON.stringify(secrecy())}\n`)
})
