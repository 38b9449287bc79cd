/** A client that hangs up does not wait for its answer any more. */
import { ClientDisconnected } from '../contract/refusal.ts'
import type { RequestContext } from './sessions.ts'

/** Aborts with a `ClientDisconnected`. */
export function disconnectSignal({ res }: RequestContext): AbortSignal {
  const hangUp = new AbortController()
  const abort = () => hangUp.abort(new ClientDisconnected())
  // Not the socket's: many requests may share it.
  res?.once('close', abort)
  if (res?.closed) abort()
  return hangUp.signal
}
