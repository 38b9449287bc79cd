/** The password grant (RFC 6749 §4.3): a username and a password for an authorization. */
import type { TokenRequest } from '../../generated/api.ts'
import type { Config } from '../config.ts'
import { ClientGone, ServiceUnavailable } from '../contract/refusal.ts'
import type { ClientRow } from '../store/clients.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/users.ts'
import { scopesFor } from './clients.ts'
import type { LoginAttempts } from './login-attempts.ts'
import { InvalidGrant, InvalidRequest, WrongCredentials } from './oauth-errors.ts'
import { mostPasswordBytes, type Passwords } from './passwords.ts'
import { grantedScopes } from './scopes.ts'
import type { Origin } from './sessions.ts'

export interface PasswordGrantOptions {
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly loginAttempts: LoginAttempts
  readonly config: Pick<Config, 'invalidGrantStatus'>
}

export interface PasswordGrant {
  readonly user: UserRow
  readonly scopes: readonly string[]
}

/** Throws an RFC 6749 error. An unknown user costs one hash, as a wrong password does, and gets the same answer. */
export async function passwordGrant(
  { store, passwords, loginAttempts, config }: PasswordGrantOptions,
  client: ClientRow,
  { username = '', password = '', scope }: TokenRequest,
  origin: Origin,
): Promise<PasswordGrant> {
  if (Buffer.byteLength(password) > mostPasswordBytes)
    throw new InvalidRequest('password is too long')
  const attempt = await loginAttempts.begin(username, origin.ip ?? '')
  const found = await store.users.byName(username)
  const matches = await verify(passwords, password, found, origin).catch(async (error) => {
    // Only what was never hashed is given back: hanging up in the queue saves nothing, a full queue costs nothing.
    if (error instanceof ServiceUnavailable) await attempt.withdrawn()
    throw error
  })
  if (!found || !matches) {
    await attempt.failed(password)
    const cause = found ? 'wrong password' : 'unknown user'
    throw new WrongCredentials(config.invalidGrantStatus, cause)
  }
  await attempt.succeeded()
  // Hashing and waiting for it takes its time: what is true of the account now counts.
  const user = await store.users.byName(username)
  if (user?.userId !== found.userId || user.passwordHash !== found.passwordHash)
    throw new WrongCredentials(config.invalidGrantStatus, 'changed meanwhile')
  if (user.disabled) throw new InvalidGrant('Inactive user')
  return { user, scopes: grantedScopes(scope, scopesFor(client, user.scopes)) }
}

/** A client that hangs up while it waits gives its place to the next. */
async function verify(
  passwords: Passwords,
  password: string,
  user: UserRow | undefined,
  origin: Origin,
): Promise<boolean> {
  const hangUp = new AbortController()
  const abort = () => hangUp.abort()
  // Not the socket's: many requests may share it.
  origin.res?.once('close', abort)
  try {
    return await passwords.verify(password, user?.passwordHash, hangUp.signal)
  } catch (error) {
    throw hangUp.signal.aborted ? new ClientGone() : error
  } finally {
    origin.res?.off('close', abort)
  }
}
