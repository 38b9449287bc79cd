/** What the operations on accounts need: a part of `Services`. */
import type { Contract } from '#contract'
import type { MailServices } from '../mail/draft.ts'
import type { Passwords } from '../passwords/passwords.ts'

export interface AccountServices extends MailServices {
  readonly contract: Contract
  readonly passwords: Passwords
  /** Those that the contract declares. */
  readonly scopes: readonly string[]
  /** Of a new account unless others are given. */
  readonly defaultScopes: readonly string[]
  /** The URL of this API's metadata (RFC 9728), sent in challenges. */
  readonly resourceMetadata: string
}
