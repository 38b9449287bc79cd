/** The algorithms that can sign access tokens, a row each (RFC 7518 §3.1, RFC 8037 §3.1). A new one is a row here, and in the contract's `SigningAlgorithm`. */
import type { SigningAlgorithm } from '../../generated/api.ts'

interface Verification {
  /** What `verify` of node:crypto takes. Null: the signature scheme has its own. */
  readonly hash: string | null
}

export const signingAlgorithms = {
  RS256: { hash: 'sha256' },
  ES256: { hash: 'sha256' },
  EdDSA: { hash: null },
  /** With a key that is shared: not in the JWKS, hence not in the contract. */
  HS256: { hash: 'sha256' },
} as const satisfies Record<SigningAlgorithm | 'HS256', Verification>

export type SigningAlg = keyof typeof signingAlgorithms
