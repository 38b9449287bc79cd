/** The metadata of this authorization server (RFC 8414 §2). */
import type { ServerMetadata } from '../../generated/api.ts'
import { grantTypes } from './grants.ts'

const secretMethods = ['client_secret_basic', 'client_secret_post']
const allMethods = [...secretMethods, 'none']

export interface ServerMetadataOptions {
  /** The server's public URL. */
  readonly issuer: string
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
}

export function serverMetadata({ issuer, scopes }: ServerMetadataOptions): ServerMetadata {
  const base = issuer.replace(/\/$/, '')
  return {
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
  }
}
