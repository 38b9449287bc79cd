/** Finds the account of a password reset, when the mail is sent: nobody who asks for one waits for it. */
import type { Mail } from '../store/mails.ts'
import type { ProofRow } from '../store/proofs.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'

type ResetRequest = Extract<Mail, { kind: 'reset_request' }>

/** How long a proof for a password reset lasts. */
export const resetMs = 30 * 60_000

/** The account of a request: the proof, or why there is none. */
export type AskedReset = { readonly user: UserRow } & (
  | { readonly proof: ProofRow }
  | { readonly proof: undefined; readonly reason: 'disabled' | 'no verified address' }
)

/**
 * The proof is not in the table yet. Undefined if there is no account with this verified address or username.
 */
export async function proofForReset(
  { users }: Pick<Store, 'users'>,
  { proofId, name, requestedAt }: ResetRequest,
): Promise<AskedReset | undefined> {
  const user = await users.byLoginName(name)
  if (!user) return undefined
  const { userId, email, emailVerified, disabled } = user
  if (disabled) return { user, proof: undefined, reason: 'disabled' }
  if (email === undefined || !emailVerified)
    return { user, proof: undefined, reason: 'no verified address' }
  const proof: ProofRow = {
    proofId,
    kind: 'password_reset',
    userId,
    email,
    createdAt: requestedAt,
    expiresAt: requestedAt + resetMs,
  }
  return { user, proof }
}
