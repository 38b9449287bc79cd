/** The metadata of this authorization server (RFC 8414 §2). */
import type { Contract } from '#contract'
import type { ServerMetadata } from '../../generated/api.ts'
import { grantTypes } from './grants.ts'

const secretMethods = ['client_secret_basic', 'client_secret_post']
const allMethods = [...secretMethods, 'none']

export interface ServerMetadataOptions {
  /** The server's public URL. */
  readonly issuer: string
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
  readonly contract: Contract
  /** Without it, no operation that sends mails is named. */
  readonly sendsMail: boolean
}

/**
 * The operations that need mail and no token, by the names of their endpoints. A contract that is built on ours may lack them, but not
 * those whose paths are written out below: see `companions` of `taken-operations.ts`.
 */
const mailOperations = {
  password_reset_endpoint: 'requestPasswordReset',
  password_reset_completion_endpoint: 'resetPassword',
  email_confirmation_endpoint: 'confirmEmail',
  email_restoration_endpoint: 'restoreEmail',
} satisfies Partial<Record<keyof ServerMetadata, string>>

export function serverMetadata({
  issuer,
  scopes,
  contract,
  sendsMail,
}: ServerMetadataOptions): ServerMetadata {
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
    ...(sendsMail && mailEndpoints(base, contract)),
    service_documentation: `${base}/redoc`,
  }
}

function mailEndpoints(base: string, { operations }: Contract): Partial<ServerMetadata> {
  const named = Object.entries(mailOperations).flatMap(([name, id]) => {
    const { path } = operations[id] ?? {}
    return path === undefined ? [] : [[name, `${base}${path}`]]
  })
  return Object.fromEntries(named)
}
