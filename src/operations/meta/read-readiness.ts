/** GET /readyz: whether this server can serve requests. */
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const readReadiness =
  ({ store, signingKeys, isAccepting }: Services): Handler<'readReadiness'> =>
  async (_request, respond, refuse) => {
    if (!isAccepting()) {
      const headers = { 'Retry-After': 5 }
      throw refuse[503]('temporarily_unavailable', 'The server is shutting down', { headers })
    }
    await store.ping()
    await signingKeys.refresh()
    signingKeys.current()
    return respond[200]({ headers: noStore, body: { status: 'ready' } })
  }
