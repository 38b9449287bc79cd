/** GET /.well-known/oauth-protected-resource: the metadata of this API (RFC 9728 §2). */
import type { Services } from '../../services.ts'
import { cacheable, type Handler } from '../handler.ts'

export const readResourceMetadata =
  ({ issuer, audience, scopes }: Services): Handler<'readResourceMetadata'> =>
  (_request, respond) =>
    respond[200]({
      headers: cacheable,
      body: {
        resource: audience,
        authorization_servers: [issuer],
        scopes_supported: [...scopes],
        bearer_methods_supported: ['header'],
        resource_documentation: `${issuer.replace(/\/$/, '')}/redoc`,
      },
    })
