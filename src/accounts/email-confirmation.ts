/** E-mail addresses that are proven by mail: confirmed, changed, and brought back after a change that the owner did not make. */
import type { ProofUse } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import { addressProof, mailingOf } from '../mail/address-proofs.ts'
import {
  checkProof,
  InvalidProof,
  type ProofOptions,
  requireAddressOf,
} from '../mail/check-proof.ts'
import { offers } from '../mail/require-mail.ts'
import { noPassword } from '../passwords/passwords.ts'
import type { Mailing } from '../store/mailing.ts'
import type { ProofKind, ProofRow } from '../store/proofs.ts'
import type { UnixMs } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { UserChange } from '../store/users.ts'
import { detailOf } from './account-changes.ts'

type WayBackOptions = Parameters<typeof offers>[0] & { readonly now: () => UnixMs }

interface ConfirmationOptions extends ProofOptions {
  readonly config: ProofOptions['config'] & WayBackOptions['config']
  readonly contract: WayBackOptions['contract']
  readonly store: ProofOptions['store'] & Pick<Store, 'users'>
}

interface Context {
  readonly ip?: string | undefined
}

/** Throws an `InvalidProof`, an `EmailTaken`, a `ProofUsed` or a `BudgetExhausted`. */
export function confirmAddress(
  options: ConfirmationOptions,
  use: ProofUse,
  context: Context,
): Promise<void> {
  return useProof(options, use, context, ['email_confirmation', 'email_change'], (user, proof) => ({
    ...provenAddress(options.audit, user, proof, context),
    ...wayBackTo(options, user, proof.email),
  }))
}

/**
 * Who made the change knows the password: it ends, with all sessions and later ways back, and only a reset by mail sets one. Earlier
 * ways back stay: an intruder who changes the address twice cannot end the owner's. Throws what `confirmAddress` throws.
 */
export function restoreAddress(
  options: ConfirmationOptions,
  use: ProofUse,
  context: Context,
): Promise<void> {
  return useProof(options, use, context, ['email_restoration'], (user, proof) => {
    const change = provenAddress(options.audit, user, proof, context)
    return {
      ...change,
      user: { ...change.user, passwordHash: noPassword },
      endsSessions: true,
      endsRestorationsSince: proof.createdAt,
    }
  })
}

async function useProof(
  options: ConfirmationOptions,
  use: ProofUse,
  context: Context,
  kinds: readonly ProofKind[],
  changeOf: (user: UserRow, proof: ProofRow) => UserChange,
): Promise<void> {
  const { store, audit, now } = options
  await auditRefusals(audit, { address: context.ip }, async () => {
    const proof = await checkProof(options, use, kinds, context)
    const changed = await store.users.change(proof.userId, now(), (user) => ({
      ...changeOf(user, proof),
      usedProof: proof.proofId,
    }))
    if (!changed) throw new InvalidProof('account deleted', proof.userId)
  })
}

function provenAddress(
  audit: Audit,
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
  options: WayBackOptions,
  user: UserRow,
  email: string | undefined,
): Mailing {
  if (!user.emailVerified || user.email === undefined || user.email === email) return {}
  if (!offers(options, 'restoreEmail')) return {}
  return mailingOf(addressProof('email_restoration', user.userId, user.email, options.now()))
}
