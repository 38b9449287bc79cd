/** Proofs that are mailed to an address of an account: to confirm it, to change to it, to bring it back, or to invite who reads it. */
import type { MailedProof } from '../../generated/api.ts'
import { newId } from '../keys/secrets.ts'
import { type Mailing, mailingOf } from '../store/mailing.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'
import { maxLifetimeMs } from './proofs.ts'

export function addressProof(
  kind: Exclude<ProofKind, 'password_reset'>,
  userId: string,
  email: string,
  now: UnixMs,
): ProofRow {
  const expiresAt = now + maxLifetimeMs
  return { proofId: newId('pr'), kind, userId, email, createdAt: now, expiresAt }
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

/** What the client who asked for the mail learns. */
export function mailedProofOf({ proofId, createdAt, expiresAt }: ProofRow): MailedProof {
  return { request_id: proofId, expires_in: (expiresAt - createdAt) / 1000 }
}
