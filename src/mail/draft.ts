/** Makes of a queued mail what is to be said to whom, by the kind of the mail. */
import type { Mail } from '../store/mails.ts'
import type { MailDraft } from './compose.ts'
import type { MailServices } from './mail-services.ts'
import { noticeMail } from './notice-mail.ts'
import { proofMail, resetMail } from './proof-mail.ts'

export interface SendAttempt {
  /** Of the message in the outbox. */
  readonly messageId: string
  /** Whether no attempt to send this mail was made before: only then it counts against limits. */
  readonly isFirst: boolean
}

/** Returns undefined if there is nothing to send. */
export type MakeDraft<Kind extends Mail['kind']> = (
  services: MailServices,
  mail: Extract<Mail, { kind: Kind }>,
  attempt: SendAttempt,
) => Promise<MailDraft | undefined>

const makers: { readonly [Kind in Mail['kind']]: MakeDraft<Kind> } = {
  proof: proofMail,
  reset_request: resetMail,
  notice: noticeMail,
}

export async function draftOf<Kind extends Mail['kind']>(
  services: MailServices,
  mail: Extract<Mail, { kind: Kind }>,
  attempt: SendAttempt,
): Promise<MailDraft | undefined> {
  const make: MakeDraft<Kind> = makers[mail.kind]
  return await make(services, mail, attempt)
}
