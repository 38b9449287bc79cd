/** Makes of a queued mail what is to be said to whom: a file per kind. */
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import type { Mail } from '../store/mails.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { Log } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { MailDraft } from './compose.ts'
import { noticeMail } from './notice-mail.ts'
import { proofMail, resetMail } from './proof-mail.ts'

/** A part of `Services`. */
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

export interface Attempt {
  /** Of the message in the outbox. */
  readonly messageId: string
  /** Whether no attempt to send this mail was made before: only then it counts against limits. */
  readonly isFirst: boolean
}

/** Returns undefined if there is nothing to send. */
export type MakeDraft<Kind extends Mail['kind']> = (
  services: MailServices,
  mail: Extract<Mail, { kind: Kind }>,
  attempt: Attempt,
) => Promise<MailDraft | undefined>

const makers: { readonly [Kind in Mail['kind']]: MakeDraft<Kind> } = {
  proof: proofMail,
  reset_request: resetMail,
  notice: noticeMail,
}

export async function draftOf<Kind extends Mail['kind']>(
  services: MailServices,
  mail: Extract<Mail, { kind: Kind }>,
  attempt: Attempt,
): Promise<MailDraft | undefined> {
  const make: MakeDraft<Kind> = makers[mail.kind]
  return await make(services, mail, attempt)
}
