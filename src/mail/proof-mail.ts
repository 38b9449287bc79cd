/** The mail of a proof. One that is no longer in the table, because it was used or ended, is not mailed. */
import type { Mail } from '../store/mails.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import type { MailDraft } from './compose.ts'
import type { MakeDraft } from './draft.ts'
import { takeMail } from './mail-limits.ts'
import type { MailServices } from './mail-services.ts'
import { proofOf, resetLifetimeMs } from './proofs.ts'

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
 * The account is looked for here, so that nobody who asks for a reset waits for it. What becomes of the request is an event of the account,
 * in the transaction that ends the request: once, however often it is tried. The response does not tell it.
 */
export const resetMail: MakeDraft<'reset_request'> = async (services, request, attempt) => {
  const { store, audit } = services
  const { messageId, isFirst } = attempt
  const user = await store.users.byLoginName(request.name)
  if (!user) return undefined
  const { userId } = user
  const eventOf = (detail: string) => audit.event('password_reset_requested', { userId, detail })
  const drop = async (reason: string) => {
    await store.mails.giveUp(messageId, eventOf(reason))
    return undefined
  }
  const proof = resetProof(user, request)
  if (typeof proof === 'string') return await drop(proof)
  const { kind, email: to } = proof
  if (isFirst && !(await takeMail(services, { kind, userId, to })))
    return await drop('too many mails')
  // From then on the message in the queue mails this proof, so that it is not added again after it was used.
  const isAdded = await store.mails.becomeProof(messageId, proof, eventOf('mailed'))
  return isAdded ? proofDraft(services, proof, user) : await drop('account changed')
}

/** The proof, which is not in the table yet, or why there is none. */
function resetProof(
  { userId, email, emailVerified, disabled }: UserRow,
  { proofId, requestedAt }: Extract<Mail, { kind: 'reset_request' }>,
): ProofRow | 'disabled' | 'no verified address' {
  if (disabled) return 'disabled'
  if (email === undefined || !emailVerified) return 'no verified address'
  const expiresAt = requestedAt + resetLifetimeMs
  return { proofId, kind: 'password_reset', userId, email, createdAt: requestedAt, expiresAt }
}

function proofDraft(
  { config: { appUrl }, proofKey }: MailServices,
  row: ProofRow,
  { userId, username, locale, email }: UserRow,
): MailDraft {
  const { kind, proofId: requestId, expiresAt, createdAt: at } = row
  const { secret: proof, code } = proofOf(proofKey, row)
  // In the fragment, which browsers send to no server.
  const fragment = new URLSearchParams({ action: actions[kind], request_id: requestId, proof })
  const link = appUrl === undefined ? undefined : `${appUrl}#${fragment}`
  const values = { link, code, requestId, expiresAt }
  const mail = { userId, to: row.email, locale }
  // No text of an adopter gets more values than its type says.
  switch (kind) {
    case 'password_reset':
    case 'invitation':
      return { ...mail, kind, values: { ...values, username } }
    case 'email_confirmation':
    case 'email_change':
      return { ...mail, kind, values }
    case 'email_restoration':
      return { ...mail, kind, values: { ...values, username, at, newEmail: email } }
  }
}
