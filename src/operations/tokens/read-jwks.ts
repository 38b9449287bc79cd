/** GET /.well-known/jwks.json: the public keys that verify access tokens (RFC 7517 §5). */
import type { Services } from '../../services.ts'
import type { Handler } from '../handler.ts'

export const readJwks =
  ({ signingKeys }: Services): Handler<'readJwks'> =>
  (_request, respond) =>
    respond[200]({ headers: { 'Cache-Control': 'public, max-age=300' }, body: signingKeys.jwks })
