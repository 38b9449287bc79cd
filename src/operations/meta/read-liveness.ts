/** GET /healthz: the process is alive. Touches nothing else, so that it cannot be blamed on something else. */
import { type Handler, noStore } from '../handler.ts'

export const readLiveness = (): Handler<'readLiveness'> => (_request, respond) =>
  respond[200]({ headers: noStore, body: { status: 'alive' } })
