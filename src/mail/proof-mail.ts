/** The mail of a proof. One that is no longer in the table, because it was used or ended, is not mailed. */
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import { appLink, type LinkAction } from './app-link.ts'
import type { MailDraft } from './compose.ts'
import type { Attempt, MailServices, MakeDraft } from './draft.ts'
import { takeMail } from './mail-limits.ts'
import { proofOf } from './proofs.ts'
import { proofForReset } from './reset-request.ts'

const actions: { readonly [Kind in ProofKind]: LinkAction } = {
  password_reset: 'reset_password',
  email_confirmation: 'confirm_email',
  email_change: 'confirm_email',
  email_restoration: 'restore_email',
  invitation: 'accept_invitation',
}

export const proofMail: MakeDraft<'proof'> = async (services, { proofId }, { isFirst }) => {
  const { store } = services
  const proof = await store.proofs.byId(proofId)
  const user = proof && (await store.users.byId(proof.userId))
  if (!user) return undefined
  const draft = proofDraft(services, proof, user)
  return !isFirst || (await takeMail(services, draft)) ? draft : undefined
}

/** What becomes of the request is an event of the account. The response does not tell it. */
export const resetMail: MakeDraft<'reset_request'> = async (services, mail, attempt) => {
  const asked = await proofForReset(services.store, mail)
  if (!asked) return undefined
  const { user, proof } = asked
  const detail = 'reason' in asked ? asked.reason : await addReset(services, asked.proof, attempt)
  if (attempt.isFirst)
    await services.audit.record('password_reset_requested', { userId: user.userId, detail })
  return proof && detail === 'mailed' ? proofDraft(services, proof, user) : undefined
}

/**
 * Adds the proof, unless a limit drops its mail. From then on the message in the queue mails this proof, so that it is not added
 * again after it was used.
 */
async function addReset(
  services: MailServices,
  proof: ProofRow,
  { messageId, isFirst }: Attempt,
): Promise<'mailed' | 'too many mails' | 'account changed'> {
  const { kind, userId, email: to } = proof
  if (isFirst && !(await takeMail(services, { kind, userId, to }))) return 'too many mails'
  const isAdded = await services.store.mails.becomeProof(messageId, proof)
  return isAdded ? 'mailed' : 'account changed'
}

export function proofDraft(
  { config, proofKey }: Pick<MailServices, 'config' | 'proofKey'>,
  row: ProofRow,
  { userId, username, locale, email }: UserRow,
): MailDraft {
  const { kind, proofId: requestId, expiresAt, createdAt: at } = row
  const { link: proof, code } = proofOf(proofKey, row)
  const link = appLink(config, actions[kind], { requestId, proof })
  const values = { link, code, requestId, expiresAt, username, at, newEmail: email }
  return { kind, userId, to: row.email, locale, values }
}
