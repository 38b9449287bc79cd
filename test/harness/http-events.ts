/** Events of Node's HTTP servers from `diagnostics_channel`: the next server that listens, the next request. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

export interface AcceptedRequest {
  readonly request: IncomingMessage
  readonly socket: Socket
  readonly server: Server
}

/** The next server of this process that listens. */
export async function nextListening(): Promise<Server> {
  const { server } = await next<{ server: Server }>('tracing:net.server.listen:asyncEnd')
  return server
}

/** The next request that a server of this process accepts, before the response. */
export function nextRequest(): Promise<AcceptedRequest> {
  return next('http.server.request.start')
}

function next<Message>(channel: string): Promise<Message> {
  return new Promise((found) => {
    const see = (message: unknown): void => {
      unsubscribe(channel, see)
      found(message as Message)
    }
    subscribe(channel, see)
  })
}
