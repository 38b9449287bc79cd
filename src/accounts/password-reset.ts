/** A forgotten password: a mail to the verified address of the account has a proof, with which a new password is set. */
import type { MailedProof, PasswordReset } from '../../generated/api.ts'
import { auditRefusals } from '../audit/audited-error.ts'
import type { Config } from '../config/config.ts'
import { mac, newId } from '../keys/secrets.ts'
import {
  checkProof,
  InvalidProof,
  type ProofOptions,
  requireAddressOf,
} from '../mail/check-proof.ts'
import { resetMs } from '../mail/reset-request.ts'
import { requireAllowedPassword, requireAllowedText } from '../passwords/password-policy.ts'
import type { Passwords } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import type { Count } from '../store/attempts.ts'
import { loginNameKey } from '../store/login-name.ts'
import type { ProofRow } from '../store/proofs.ts'
import type { Store } from '../store/store.ts'
import { usernameKey } from '../store/user-row.ts'
import { recordExhausted } from '../throttling/budget-exhausted.ts'
import { forgetFailures } from '../throttling/login-budgets.ts'
import { takeFromNetwork } from '../throttling/network-budget.ts'

interface ResetOptions extends ProofOptions {
  readonly config: ProofOptions['config'] & Pick<Config, 'passwordMinLength'>
  readonly store: Pick<Store, 'users' | 'mails' | 'proofs' | 'attempts'>
  readonly passwords: Passwords
}

interface Context {
  readonly ip?: string | undefined
}

/** Of one name: bounds the queue. The sender limits the mails of an account. */
const maxRequestsPerHour = 10
const hourMs = 3_600_000

/**
 * Does not look for the account: whether there is one, its address is verified and it may get another mail is the sender's work. So the
 * response and its time are the same for every name.
 */
export async function requestReset(
  options: ResetOptions,
  name: string,
  { ip: address = '' }: Context,
): Promise<MailedProof> {
  const { config, store, attemptsKey, now } = options
  await takeFromNetwork(options, address, {
    what: 'requests for mails',
    limit: config.loginMaxFailures,
    kind: 'mail_throttled',
    message: 'Too many requests for mails',
  })
  const proofId = newId('pr')
  const requestedAt = now()
  const ofName = { key: mac(attemptsKey, 'reset', loginNameKey(name)), limit: maxRequestsPerHour }
  const full = await store.attempts.take(ofName, requestedAt, requestedAt + hourMs)
  if (full) await recordDrop(options, full, address)
  else await store.mails.add({ kind: 'reset_request', proofId, name, requestedAt }, requestedAt)
  return { request_id: proofId, expires_in: resetMs / 1000 }
}

async function recordDrop(
  { store: { attempts }, audit, now, metrics }: ResetOptions,
  full: Count,
  address: string,
): Promise<void> {
  const options = { attempts, audit, windowMs: hourMs, now, metrics }
  const about = { address, detail: 'requests for a reset of one name' }
  const message = 'Too many requests for mails'
  await recordExhausted(options, full, { kind: 'mail_throttled', about, message })
}

/** Throws an `InvalidProof`, a `PasswordRefused` or a `BudgetExhausted`. */
export async function completeReset(
  options: ResetOptions,
  { new_password: password, ...use }: PasswordReset,
  { ip: address }: Context,
): Promise<void> {
  const { config, store, passwords, audit, attemptsKey, now } = options
  // Takes no time, and so is not counted as a try.
  requireAllowedText(password, config)
  await auditRefusals(audit, { address }, async () => {
    const proof = await checkProof(options, use, ['password_reset', 'invitation'], { ip: address })
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
  return kind === 'invitation' ? 'set by invitation' : 'reset by mail'
}
