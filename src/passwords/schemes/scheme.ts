/** What a scheme of password hashes does: it reads a hash, says what a login with it costs, and verifies passwords. */

/** Undefined for a hash of another scheme. Throws nothing, whatever the text is. */
export type Scheme = (hash: string) => Verifier | undefined

export interface Verifier {
  /** Why a login with the hash costs too much, as a sentence. An import refuses such a hash. */
  readonly costFault?: string | undefined
  /** Of bcrypt. */
  readonly bcryptCost?: number
  /** Blocks the thread. */
  matches(input: string | Uint8Array): boolean
}
