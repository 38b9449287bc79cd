/** The mail of a proof. One that is no longer in the table, because it was used or ended, is not mailed. */
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import { appLink, type LinkAction } from './app-link.ts'
import type { MailDraft } from './compose.ts'
import type { MailServices, MakeDraft } from './draft.ts'
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

export const resetMail: MakeDraft<'reset_request'> = async (services, mail, attempt) => {
  const proof = await proofForReset(services.store, mail, attempt.messageId)
  return proof && (await proofMail(services, { kind: 'proof', proofId: proof.proofId }, attempt))
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
