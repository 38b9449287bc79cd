/** The mail of a proof. One that is no longer in the table, because it was used or ended, is not mailed. */
import type { Mail } from '../store/mails.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import { resetMs } from './address-proofs.ts'
import type { MailDraft } from './compose.ts'
import type { Attempt, MailServices, MakeDraft } from './draft.ts'
import { takeMail } from './mail-limits.ts'
import { proofOf } from './proofs.ts'

/** What the page at APP_URL does with the proof. */
const actions: { readonly [Kind in ProofKind]: string } = {
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

/**
 * The account is looked for here, so that nobody who asks for a reset waits for it. What becomes of the request is an event of the account.
 * The response does not tell it.
 */
export const resetMail: MakeDraft<'reset_request'> = async (services, request, attempt) => {
  const { store, audit } = services
  const user = await store.users.byLoginName(request.name)
  if (!user) return undefined
  const proof = resetProof(user, request)
  const detail = typeof proof === 'string' ? proof : await addReset(services, proof, attempt)
  if (attempt.isFirst)
    await audit.record('password_reset_requested', { userId: user.userId, detail })
  if (typeof proof === 'string' || detail !== 'mailed') return undefined
  return proofDraft(services, proof, user)
}

/** The proof, which is not in the table yet, or why there is none. */
function resetProof(
  { userId, email, emailVerified, disabled }: UserRow,
  { proofId, requestedAt }: Extract<Mail, { kind: 'reset_request' }>,
): ProofRow | 'disabled' | 'no verified address' {
  if (disabled) return 'disabled'
  if (email === undefined || !emailVerified) return 'no verified address'
  const expiresAt = requestedAt + resetMs
  return { proofId, kind: 'password_reset', userId, email, createdAt: requestedAt, expiresAt }
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

function proofDraft(
  { config: { appUrl }, proofKey }: MailServices,
  row: ProofRow,
  { userId, username, locale, email }: UserRow,
): MailDraft {
  const { kind, proofId: requestId, expiresAt, createdAt: at } = row
  const { link: proof, code } = proofOf(proofKey, row)
  // In the fragment, which browsers send to no server.
  const fragment = new URLSearchParams({ action: actions[kind], request_id: requestId, proof })
  const link = appUrl === undefined ? undefined : `${appUrl}#${fragment}`
  const values = { link, code, requestId, expiresAt, username, at, newEmail: email }
  return { kind, userId, to: row.email, locale, values }
}
