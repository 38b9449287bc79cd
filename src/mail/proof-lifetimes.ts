/** How long mailed proofs can be used. */

export const resetLifetimeMs = 30 * 60_000

/** Of all others. */
export const maxLifetimeMs = 86_400_000
