/** GET /healthz: the process is alive. Depends on nothing else. */
import { type Handler, noStore } from '../handler.ts'

export const readLiveness = (): Handler<'readLiveness'> => (_request, respond) =>
  respond[200]({ headers: noStore, body: { status: 'alive' } })
