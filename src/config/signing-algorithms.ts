/** The algorithms that can sign access tokens (RFC 7518 §3.1, RFC 8037 §3.1). A new one is a row here and a value of the contract's `SigningAlgorithm`. */
import type { SigningAlgorithm } from '../../generated/api.ts'

interface Verification {
  /** The digest for `verify` of node:crypto. Null: the signature scheme defines it. */
  readonly hash: string | null
}

export const signingAlgorithms = {
  RS256: { hash: 'sha256' },
  ES256: { hash: 'sha256' },
  EdDSA: { hash: null },
  /** With a shared key: not in the JWKS, and so not in the contract. */
  HS256: { hash: 'sha256' },
} as const satisfies Record<SigningAlgorithm | 'HS256', Verification>

export type SigningAlg = keyof typeof signingAlgorithms

export const signingAlgs = Object.keys(signingAlgorithms).filter(
  (name): name is SigningAlg => name in signingAlgorithms,
)
