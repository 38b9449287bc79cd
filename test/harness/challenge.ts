/** The challenge that a protected operation sends with a refusal (RFC 6750 §3, RFC 9728 §5.1), as it has to be to the letter. */
import type { TestServer } from './test-server.ts'

/** `parameters` as they are written, such as `error="invalid_token"`. The server's issuer must be its own URL. */
export function challenge(
  { url }: Pick<TestServer, 'url'>,
  ...parameters: readonly string[]
): string {
  const metadata = `resource_metadata="${url}/.well-known/oauth-protected-resource"`
  return `Bearer ${[metadata, ...parameters].join(', ')}`
}
