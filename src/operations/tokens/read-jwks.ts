/** GET /.well-known/jwks.json: the public keys that verify access tokens (RFC 7517 §5). */
import type { Services } from '../../services.ts'
import { cacheable, type Handler } from '../handler.ts'

export const readJwks =
  ({ signingKeys }: Services): Handler<'readJwks'> =>
  async (_request, respond) => {
    await signingKeys.refresh()
    return respond[200]({ headers: cacheable, body: signingKeys.jwks() })
  }
