/** The exact challenge of a protected operation (RFC 6750 §3, RFC 9728 §5.1). */
import type { TestServer } from './test-server.ts'

/** `parameters` such as `error="invalid_token"`. The server's issuer must be its own URL. */
export function challenge(
  { url }: Pick<TestServer, 'url'>,
  ...parameters: readonly string[]
): string {
  const metadata = `resource_metadata="${url}/.well-known/oauth-protected-resource"`
  return `Bearer ${[metadata, ...parameters].join(', ')}`
}
