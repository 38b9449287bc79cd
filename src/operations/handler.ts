/** The types of the operations' handlers, and their `Cache-Control` headers. */

import type * as generated from '../../generated/contract.ts'
import type { Caller } from '../oauth/caller.ts'

/** What the security check of each scheme returns. The operations with `clientBasic` authenticate the client themselves. */
export interface Principals {
  readonly OAuth2: Caller
  readonly clientBasic: never
}

export type Handler<Id extends generated.OperationId> = generated.Handler<Id, Principals>
export type Handlers = generated.Handlers<Principals>

/** For responses with user data. */
export const noStore = { 'Cache-Control': 'no-store' } as const

/** For responses that are the same for all callers. */
export const cacheable = { 'Cache-Control': 'public, max-age=300' } as const
