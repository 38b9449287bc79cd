/** The contract's handler, for callers of this server: what every file in these folders exports one of. */
import type * as contract from '../contract/handler.ts'
import type { Caller } from '../oauth/caller.ts'

export type Handler<Id extends contract.OperationId> = contract.Handler<Id, Caller>
export type Handlers = contract.Handlers<Caller>

/** The headers of an answer that is for its caller alone. */
export const noStore = { 'Cache-Control': 'no-store' } as const

/** The headers of an answer that is the same for everybody, for a while. */
export const cacheable = { 'Cache-Control': 'public, max-age=300' } as const
