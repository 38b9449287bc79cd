/** Finds the account of a password reset, when the mail is sent: nobody who asks for one waits for it. */
import type { Mail } from '../store/mails.ts'
import type { ProofRow } from '../store/proofs.ts'
import type { Store } from '../store/store.ts'

type ResetRequest = Extract<Mail, { kind: 'reset_request' }>

/** How long a proof for a password reset lasts. */
export const resetMs = 30 * 60_000

/** The account of a request: the proof, or why there is none. */
export type AskedReset = { readonly userId: string } & (
  | { readonly proof: ProofRow }
  | {
      readonly proof: undefined
      readonly reason: 'disabled' | 'no verified address' | 'account changed'
    }
)

/**
 * Adds the proof, and returns it. From here on the message in the queue mails this proof, so that it is not added again after it was
 * used. Undefined if there is no account with this verified address or username.
 *
 * An address counts before a username that looks like it: the account that has verified the address has more right to it.
 */
export async function proofForReset(
  { users, mails }: Pick<Store, 'users' | 'mails'>,
  { proofId, name, requestedAt }: ResetRequest,
  messageId: string,
): Promise<AskedReset | undefined> {
  const user = await users.byLoginName(name)
  if (!user) return undefined
  const { userId, email, emailVerified, disabled } = user
  if (disabled) return { userId, proof: undefined, reason: 'disabled' }
  if (email === undefined || !emailVerified)
    return { userId, proof: undefined, reason: 'no verified address' }
  const proof: ProofRow = {
    proofId,
    kind: 'password_reset',
    userId,
    email,
    createdAt: requestedAt,
    expiresAt: requestedAt + resetMs,
  }
  const isAdded = await mails.becomeProof(messageId, proof)
  return isAdded ? { userId, proof } : { userId, proof: undefined, reason: 'account changed' }
}
