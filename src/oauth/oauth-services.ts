/** What tokens, sessions and grants need: a part of `Services`. */
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import type { SigningKeys } from '../keys/signing-keys.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import type { Passwords } from '../passwords/passwords.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { AccountWrites } from '../throttling/account-writes.ts'
import type { AccessTokens } from './access-tokens.ts'

export interface OAuthServices {
  readonly config: Config
  readonly store: Store
  readonly signingKeys: SigningKeys
  readonly accessTokens: AccessTokens
  readonly passwords: Passwords
  readonly checkPassword: PasswordCheck
  readonly accountWrites: AccountWrites
  /** Derives refresh tokens. */
  readonly refreshKey: Uint8Array
  /** The same, from SECRET_KEY_PREVIOUS. */
  readonly previousRefreshKey: Uint8Array | undefined
  /** The URL of this API's metadata (RFC 9728), sent in challenges. */
  readonly resourceMetadata: string
  readonly audit: Audit
  readonly now: () => UnixMs
  /** Absent if metrics are off. */
  readonly metrics: Metrics | undefined
}
