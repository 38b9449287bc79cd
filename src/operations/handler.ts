/** The types of the operations' handlers, and their `Cache-Control` headers. */
import type * as contract from '../contract/handler.ts'
import type { Caller } from '../oauth/caller.ts'

export type Handler<Id extends contract.OperationId> = contract.Handler<Id, Caller>
export type Handlers = contract.Handlers<Caller>

/** For responses with user data. */
export const noStore = { 'Cache-Control': 'no-store' } as const

/** For responses that are the same for all callers. */
export const cacheable = { 'Cache-Control': 'public, max-age=300' } as const
