/** GET /readyz: whether this server can serve requests. */
import { ServiceUnavailable } from '#contract'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const readReadiness =
  ({ store, signingKeys, isAccepting }: Services): Handler<'readReadiness'> =>
  async (_request, respond) => {
    if (!isAccepting()) throw new ServiceUnavailable('The server is shutting down', 5)
    await store.ping()
    await signingKeys.refresh()
    signingKeys.current()
    return respond[200]({ headers: noStore, body: { status: 'ready' } })
  }
