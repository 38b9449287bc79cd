/** Proofs that are mailed to an address of an account: to confirm it, to change to it, to bring it back, or to invite who reads it. */
import type { MailedProof } from '../../generated/api.ts'
import { newId } from '../keys/secrets.ts'
import type { Mailing } from '../store/mailing.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'

/** How long they last. */
const lifetimeMs = 86_400_000

/** How long a proof for a password reset lasts. */
export const resetMs = 30 * 60_000

export function addressProof(
  kind: Exclude<ProofKind, 'password_reset'>,
  userId: string,
  email: string,
  now: UnixMs,
): ProofRow {
  const expiresAt = now + lifetimeMs
  return { proofId: newId('pr'), kind, userId, email, createdAt: now, expiresAt }
}

/** The proof and its mail, for the transaction of their cause. */
export function mailingOf(proof: ProofRow): Mailing {
  return { newProofs: [proof], mails: [{ kind: 'proof', proofId: proof.proofId }] }
}

/**
 * For the transaction that adds an account without a password, or that sends one more invitation. `resetPassword` takes the proof, and marks
 * the address as verified. Without an address, there is nobody to invite.
 */
export function invitationOf(
  { userId, email }: Pick<UserRow, 'userId' | 'email'>,
  now: UnixMs,
): Mailing {
  return email === undefined ? {} : mailingOf(addressProof('invitation', userId, email, now))
}

/** The detail of the audit events of invitations. */
export const invitedDetail = 'invited'

/** What the client who asked for the mail learns. */
export function mailedProofOf({ proofId, createdAt, expiresAt }: ProofRow): MailedProof {
  return { request_id: proofId, expires_in: (expiresAt - createdAt) / 1000 }
}
