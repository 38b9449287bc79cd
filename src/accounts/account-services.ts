/** What the operations on accounts need: a part of `Services`. */
import type { Contract } from '#contract'
import type { MailServices } from '../mail/mail-services.ts'
import type { OAuthServices } from '../oauth/oauth-services.ts'

export interface AccountServices extends OAuthServices, MailServices {
  readonly contract: Contract
  /** The scopes that the contract declares. */
  readonly scopes: readonly string[]
  /** Those of a new account unless others are given. */
  readonly defaultScopes: readonly string[]
}
