/** The password grant (RFC 6749 §4.3): a username and a password for an authorization. */
import type { TokenRequest } from '../../generated/api.ts'
import type { Audit } from '../audit/audit.ts'
import type { Config } from '../config/config.ts'
import { note } from '../contract/exchange.ts'
import { ClientGone, ServiceUnavailable } from '../contract/refusal.ts'
import { mostPasswordBytes, type Passwords } from '../passwords/passwords.ts'
import type { ClientRow } from '../store/clients.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/user-row.ts'
import type { Attempt, LoginAttempts } from '../throttling/login-attempts.ts'
import { scopesFor } from './clients.ts'
import { InvalidGrant, InvalidRequest, WrongCredentials } from './oauth-errors.ts'
import { grantedScopes } from './scopes.ts'
import type { Origin } from './sessions.ts'

export interface PasswordGrantOptions {
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly loginAttempts: LoginAttempts
  readonly audit: Audit
  readonly config: Pick<Config, 'invalidGrantStatus'>
}

export interface PasswordGrant {
  readonly user: UserRow
  readonly scopes: readonly string[]
}

/** Throws an RFC 6749 error. An unknown user costs one hash, as a wrong password does, and gets the same answer. */
export async function passwordGrant(
  { store, passwords, loginAttempts, audit, config }: PasswordGrantOptions,
  client: ClientRow,
  { username = '', password = '', scope }: TokenRequest,
  origin: Origin,
): Promise<PasswordGrant> {
  if (Buffer.byteLength(password) > mostPasswordBytes)
    throw new InvalidRequest('password is too long')
  const found = await store.users.byName(username)
  const about = { userId: found?.userId, clientId: client.clientId, address: origin.ip }
  note(origin, { userId: found?.userId })
  const hangUp = hangUpOf(origin)
  using attempt = await loginAttempts.begin(username, about, hangUp)
  const matches = await verifyFor(hangUp, passwords, password, found?.passwordHash, attempt)
  if (!found || !matches) {
    await attempt.failed(password)
    const cause = found ? 'wrong password' : 'unknown user'
    await audit.record('login_failed', { ...about, detail: cause })
    throw new WrongCredentials(config.invalidGrantStatus, cause)
  }
  await attempt.succeeded()
  const passwordHash = await renewedHash(store, passwords, password, found)
  // Hashing and waiting for it takes its time: what is true of the account now counts. Another login may have renewed its hash.
  const user = await store.users.byId(found.userId)
  const isAsVerified = user?.passwordHash === passwordHash
  if (!user || !(isAsVerified || (await passwords.verify(password, user.passwordHash))))
    throw new WrongCredentials(config.invalidGrantStatus, 'changed meanwhile')
  if (user.disabled) {
    await audit.record('login_failed', { ...about, detail: 'disabled' })
    throw new InvalidGrant('Inactive user')
  }
  return { user, scopes: grantedScopes(scope, scopesFor(client, user.scopes)) }
}

/** Says that the client does not wait for its answer any more. */
export function hangUpOf({ res }: Origin): AbortSignal {
  const hangUp = new AbortController()
  // Not the socket's: many requests may share it.
  res?.once('close', () => hangUp.abort())
  if (res?.closed) hangUp.abort()
  return hangUp.signal
}

/**
 * Verifies for a client that may hang up while it waits: then its place goes to the next. What is not the client's doing is
 * given back: hanging up in the queue saves nothing, a full queue or a fault of this server costs nothing.
 */
export async function verifyFor(
  hangUp: AbortSignal,
  passwords: Passwords,
  password: string,
  hash: string | undefined,
  attempt: Attempt,
): Promise<boolean> {
  try {
    return await passwords.verify(password, hash, hangUp)
  } catch (error) {
    const isItsDoing = hangUp.aborted && !(error instanceof ServiceUnavailable)
    await (isItsDoing ? attempt.kept() : attempt.withdrawn())
    throw hangUp.aborted ? new ClientGone() : error
  }
}

/**
 * A hash that was imported, or made at a lower cost or with another pepper: now that the password is known, there can be a
 * better one. The hash that the account has then, unless it was changed meanwhile.
 */
async function renewedHash(
  { users }: Pick<Store, 'users'>,
  passwords: Passwords,
  password: string,
  { userId, passwordHash }: UserRow,
): Promise<string> {
  if (passwords.isCurrent(passwordHash)) return passwordHash
  try {
    const renewed = await passwords.hash(password)
    return (await users.rehash(userId, passwordHash, renewed)) ? renewed : passwordHash
  } catch (error) {
    // There is no place in the queue now: the next login will do.
    if (error instanceof ServiceUnavailable) return passwordHash
    throw error
  }
}
