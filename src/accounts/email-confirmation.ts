/** E-mail addresses that are proven by mail: confirmed, changed, and brought back after a change that the owner did not make. */
import type { ProofUse } from '../../generated/api.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import { addressProof } from '../mail/address-proofs.ts'
import { checkProof, InvalidProof, requireAddressOf } from '../mail/check-proof.ts'
import { offers } from '../mail/require-mail.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import { noPassword } from '../passwords/passwords.ts'
import { type Mailing, mailingOf } from '../store/mailing.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UserRow } from '../store/user-row.ts'
import type { UserChange } from '../store/users.ts'
import { detailOf } from './account-changes.ts'
import type { AccountServices } from './account-services.ts'

type Context = Pick<RequestContext, 'ip'>

/** Throws an `InvalidProof`, an `EmailTaken`, a `ProofUsed` or a `BudgetExhausted`. */
export function confirmAddress(
  services: AccountServices,
  use: ProofUse,
  context: Context,
): Promise<void> {
  const kinds = ['email_confirmation', 'email_change'] as const
  return useProof(services, use, context, kinds, (user, proof) => ({
    ...provenAddress(services, user, proof, context),
    ...wayBackTo(services, user, proof.email),
  }))
}

/**
 * Who made the change knows the password: it ends, with all sessions and later ways back, and only a reset by mail sets one. Earlier
 * ways back stay: an intruder who changes the address twice cannot end the owner's. Throws what `confirmAddress` throws.
 */
export function restoreAddress(
  services: AccountServices,
  use: ProofUse,
  context: Context,
): Promise<void> {
  return useProof(services, use, context, ['email_restoration'], (user, proof) => {
    const change = provenAddress(services, user, proof, context)
    return {
      ...change,
      user: { ...change.user, passwordHash: noPassword },
      endsSessions: true,
      endsRestorationsSince: proof.createdAt,
    }
  })
}

async function useProof(
  services: AccountServices,
  use: ProofUse,
  context: Context,
  kinds: readonly ProofKind[],
  changeOf: (user: UserRow, proof: ProofRow) => UserChange,
): Promise<void> {
  const { store, audit, now } = services
  await auditRefusals(audit, { address: context.ip }, async () => {
    const proof = await checkProof(services, use, kinds, context)
    const changed = await store.users.change(proof.userId, now(), (user) => ({
      ...changeOf(user, proof),
      usedProof: proof.proofId,
    }))
    if (!changed) throw new InvalidProof('account deleted', proof.userId)
  })
}

function provenAddress(
  { audit }: AccountServices,
  user: UserRow,
  proof: ProofRow,
  { ip: address }: Context,
): UserChange {
  const { kind, userId, email } = proof
  if (kind === 'email_confirmation') requireAddressOf(proof, user)
  const changed = { ...user, email, emailVerified: true }
  const eventKind = kind === 'email_restoration' ? 'email_restored' : 'user_updated'
  const detail = detailOf(user, changed)
  return { user: changed, event: audit.event(eventKind, { userId, address, detail }) }
}

/** For a verified address that the account loses. `email` is the one that it gets. */
export function wayBackTo(
  services: AccountServices,
  user: UserRow,
  email: string | undefined,
): Mailing {
  if (!user.emailVerified || user.email === undefined || user.email === email) return {}
  if (!offers(services, 'restoreEmail')) return {}
  return mailingOf(addressProof('email_restoration', user.userId, user.email, services.now()))
}
