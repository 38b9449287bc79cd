/** Stops the work for a client that has disconnected. */
import { Unavailable } from '../http-error.ts'
import type { RequestContext } from './sessions.ts'

/** The response is logged only: nobody reads it. */
export class ClientDisconnected extends Unavailable {
  constructor() {
    super('The client disconnected', 1)
  }
}

/** Aborts with a `ClientDisconnected` when the response closes. */
export function disconnectSignal({ res }: RequestContext): AbortSignal {
  const controller = new AbortController()
  const abort = () => controller.abort(new ClientDisconnected())
  // Not the socket: many requests may share it.
  res?.once('close', abort)
  if (res?.closed) abort()
  return controller.signal
}
