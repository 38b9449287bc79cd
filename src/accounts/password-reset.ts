/** Password resets and invitations: a mail has a proof, with which a new password is set. */
import type { MailedProof, PasswordReset } from '../../generated/api.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import { setByInvitationDetail } from '../audit/event-details.ts'
import { mac, newId } from '../keys/secrets.ts'
import { checkProof, InvalidProof, requireAddressOf } from '../mail/check-proof.ts'
import { takeInHour } from '../mail/mail-limits.ts'
import { resetLifetimeMs } from '../mail/proofs.ts'
import type { RequestContext } from '../oauth/sessions.ts'
import { requireAllowedPassword, requireAllowedText } from '../passwords/password-policy.ts'
import { shareOf } from '../passwords/share.ts'
import { loginNameKey } from '../store/login-name.ts'
import type { ProofRow } from '../store/proofs.ts'
import { usernameKey } from '../store/user-row.ts'
import { forgetFailures } from '../throttling/login-budgets.ts'
import { takeFromNetwork } from '../throttling/network-budget.ts'
import type { AccountServices } from './account-services.ts'

/** Of one name: bounds the queue. The sender limits the mails of an account. */
const maxRequestsPerHour = 10

/**
 * Does not look for the account: whether there is one, its address is verified and it may get another mail is the sender's work. So the
 * response and its time are the same for every name.
 */
export async function requestReset(
  services: AccountServices,
  name: string,
  { ip: address = '' }: Pick<RequestContext, 'ip'>,
): Promise<MailedProof> {
  const { config, store, attemptsKey, now } = services
  await takeFromNetwork(services, address, {
    what: 'requests for mails',
    limit: config.loginMaxFailures,
    kind: 'mail_throttled',
    message: 'Too many requests for mails',
  })
  const proofId = newId('pr')
  const requestedAt = now()
  const ofName = { key: mac(attemptsKey, 'reset', loginNameKey(name)), limit: maxRequestsPerHour }
  const about = { address, detail: 'requests for a reset of one name' }
  const refusal = await takeInHour(services, ofName, about)
  // Not thrown: the response is the same.
  if (!refusal)
    await store.mails.add({ kind: 'reset_request', proofId, name, requestedAt }, requestedAt)
  return { request_id: proofId, expires_in: resetLifetimeMs / 1000 }
}

/** Throws an `InvalidProof`, a `PasswordRefused` or a `BudgetExhausted`. */
export async function completeReset(
  services: AccountServices,
  { new_password: password, ...use }: PasswordReset,
  http: Pick<RequestContext, 'ip'>,
): Promise<void> {
  const { config, store, passwords, audit, attemptsKey, now } = services
  const { ip: address } = http
  // Takes no time, and so is not counted as a try.
  requireAllowedText(password, config)
  await auditRefusals(audit, { address }, async () => {
    const proof = await checkProof(services, use, ['password_reset', 'invitation'], http)
    const { userId, proofId: usedProof } = proof
    const user = await store.users.byId(userId)
    if (!user) throw new InvalidProof('account deleted', userId)
    await requireAllowedPassword(password, config, user)
    const { username, email } = user
    const passwordHash = await passwords.hash(
      password,
      shareOf({ username, address, isKnown: true }),
    )
    const { attempts } = store
    // Failures count for what was typed: the username, or with LOGIN_WITH=username,email the address.
    for (const name of [
      usernameKey(username),
      ...(email === undefined ? [] : [loginNameKey(email)]),
    ])
      await forgetFailures({ attempts, config, key: attemptsKey, now }, name, address)
    const event = audit.event('password_changed', { userId, address, detail: detailOf(proof) })
    const changed = await store.users.change(userId, now(), (current) => {
      requireAddressOf(proof, current)
      return { user: { ...current, passwordHash, emailVerified: true }, event, usedProof }
    })
    if (!changed) throw new InvalidProof('account deleted', userId)
  })
}

function detailOf({ kind }: ProofRow): string {
  return kind === 'invitation' ? setByInvitationDetail : 'reset by mail'
}
