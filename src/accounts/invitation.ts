/** Invites the owner of an address to an account without a password. */
import { addressProof, mailingOf } from '../mail/address-proofs.ts'
import type { Mailing } from '../store/mailing.ts'
import type { UnixMs } from '../store/schema.ts'
import type { UserRow } from '../store/user-row.ts'

/**
 * For the transaction that adds the account, or that sends one more invitation. `resetPassword` takes the proof, and marks the address as verified. Without an address,
 * there is nobody to invite.
 */
export function invitationOf(
  { userId, email }: Pick<UserRow, 'userId' | 'email'>,
  now: UnixMs,
): Mailing {
  return email === undefined ? {} : mailingOf(addressProof('invitation', userId, email, now))
}

/** The detail of the audit events. */
export const invitedDetail = 'invited'
