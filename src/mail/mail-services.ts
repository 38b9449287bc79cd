/** What the mails and their proofs need: a part of `Services`. */
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface MailServices {
  readonly config: Config
  readonly store: Store
  readonly audit: Audit
  /** Derives the proofs. */
  readonly proofKey: Uint8Array
  /** From SECRET_KEY_PREVIOUS: of mails that were sent before. */
  readonly previousProofKey: Uint8Array | undefined
  /** The MAC key for the identifiers of names, addresses, networks and accounts in counts. */
  readonly attemptsKey: Uint8Array
  readonly now: () => UnixMs
  readonly log: Log
  /** Absent if metrics are off. */
  readonly metrics: Metrics | undefined
}
