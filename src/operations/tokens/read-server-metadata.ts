/** GET /.well-known/oauth-authorization-server: the metadata of this server (RFC 8414 §2). */
import { grantTypes } from '../../oauth/grants.ts'
import type { Services } from '../../services.ts'
import { cacheable, type Handler } from '../handler.ts'

const secretMethods = ['client_secret_basic', 'client_secret_post']
const allMethods = [...secretMethods, 'none']

export const readServerMetadata =
  ({ issuer, scopes }: Services): Handler<'readServerMetadata'> =>
  (_request, respond) => {
    const base = issuer.replace(/\/$/, '')
    return respond[200]({
      headers: cacheable,
      body: {
        issuer,
        token_endpoint: `${base}/token`,
        revocation_endpoint: `${base}/revoke`,
        introspection_endpoint: `${base}/introspect`,
        jwks_uri: `${base}/.well-known/jwks.json`,
        scopes_supported: [...scopes],
        response_types_supported: [],
        grant_types_supported: [...grantTypes],
        token_endpoint_auth_methods_supported: allMethods,
        revocation_endpoint_auth_methods_supported: allMethods,
        introspection_endpoint_auth_methods_supported: secretMethods,
        service_documentation: `${base}/redoc`,
      },
    })
  }
