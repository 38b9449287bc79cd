/** The password grant (RFC 6749 §4.3): issues tokens for a username and a password. */

import { addLogFields } from '#contract'
import type { TokenRequest } from '../../generated/api.ts'
import { TooManyWaiting } from '../passwords/admission.ts'
import type { PasswordCheck } from '../passwords/password-check.ts'
import { maxPasswordBytes, noPassword, type Passwords } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import type { ClientRow } from '../store/clients.ts'
import { StoreError } from '../store/errors.ts'
import { loginNameKey } from '../store/login-name.ts'
import type { Store } from '../store/store.ts'
import { type UserRow, usernameKey } from '../store/user-row.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { AccountWrites } from '../throttling/account-writes.ts'
import type { AccessTokens } from './access-tokens.ts'
import { requestingClient, requireGrant, scopesFor } from './clients.ts'
import { disconnectSignal } from './disconnect.ts'
import type { Grant } from './grant.ts'
import { countOutcome } from './login-outcome.ts'
import { InactiveUser, InvalidRequest, WrongCredentials } from './oauth-errors.ts'
import { grantedScopes } from './scopes.ts'
import { beginSession, type RequestContext, type SessionOptions } from './sessions.ts'

export interface PasswordGrantOptions extends SessionOptions {
  readonly checkPassword: PasswordCheck
  readonly passwords: Passwords
  readonly store: Pick<Store, 'users' | 'sessions' | 'clients'>
  readonly accessTokens: Pick<AccessTokens, 'issue'>
  readonly accountWrites: AccountWrites
  readonly metrics: Metrics | undefined
}

/** An unknown user costs one hash, as a wrong password does, and the response is the same. */
export const passwordGrant: Grant<PasswordGrantOptions> = (options, client, body, context) =>
  countOutcome(options.metrics, () => logIn(options, client, body, context))

const logIn: Grant<PasswordGrantOptions> = async (options, client, body, context) => {
  const { store, accessTokens } = options
  const begin = async (user: UserRow, client: ClientRow) => {
    if (user.disabled) return rejectInactive(options, client, user, context)
    const scopes = grantedScopes(body.scope, scopesFor(client, user.scopes))
    options.accountWrites.take('login', user.userId)
    return await beginSession(options, { user, client, scopes, context })
  }
  const verified = await verifiedUser(options, client, body, context)
  let begun = await begin(verified, client)
  if (!begun) {
    // The client or the account changed while the password was hashed: their current state counts.
    const current = await requestingClient(store.clients, context, body)
    requireGrant(current, 'password')
    begun = await begin(await verifiedAgain(options, verified, body, context), current)
  }
  if (!begun) throw concurrentChange(options)
  const { session, refreshToken } = begun
  const accessToken = await accessTokens.issue(session)
  return { accessToken, scopes: session.scopes, refreshToken: refreshToken?.text }
}

/** Returns the account. Throws a `WrongCredentials` for an unknown user or a wrong password. */
async function verifiedUser(
  options: PasswordGrantOptions,
  { clientId }: ClientRow,
  { username = '', password = '' }: TokenRequest,
  context: RequestContext,
): Promise<UserRow> {
  if (Buffer.byteLength(password) > maxPasswordBytes)
    throw new InvalidRequest('password is too long')
  const { config, store } = options
  const { byLoginName, byName } = store.users
  const [find, keyOf] = config.loginWithEmail ? [byLoginName, loginNameKey] : [byName, usernameKey]
  const found = await find(username)
  addLogFields(context, { userId: found?.userId })
  const detail = detailOf(found)
  const isRight = await options.checkPassword({
    name: keyOf(username),
    password,
    storedHash: found?.passwordHash,
    about: { userId: found?.userId, clientId, address: context.ip },
    detail,
    signal: disconnectSignal(context),
  })
  if (!found || !isRight) throw new WrongCredentials(options.config.invalidGrantStatus, detail)
  return { ...found, passwordHash: await renewHash(options, password, found, context) }
}

function detailOf(found: UserRow | undefined): string {
  if (!found) return 'unknown user'
  return found.passwordHash === noPassword ? 'no password' : 'wrong password'
}

/**
 * Returns the current account. If its hash has changed, by a concurrent login or a new password, the password is verified again:
 * one guess that is not counted.
 */
async function verifiedAgain(
  options: PasswordGrantOptions,
  { userId, passwordHash }: UserRow,
  { password = '' }: TokenRequest,
  context: RequestContext,
): Promise<UserRow> {
  const user = await options.store.users.byId(userId)
  if (!user) throw concurrentChange(options)
  if (user.passwordHash === passwordHash) return user
  const share = shareOf({ username: user.username, address: context.ip, isKnown: true })
  if (await options.passwords.verify(password, user.passwordHash, { share })) return user
  throw concurrentChange(options)
}

/**
 * Replaces a hash that was imported, or made with a lower cost or a previous pepper, now that the password is known. Returns the
 * hash that the account then has.
 */
async function renewHash(
  { store: { users }, passwords }: { store: Pick<Store, 'users'>; passwords: Passwords },
  password: string,
  { userId, username, passwordHash }: UserRow,
  { ip: address }: RequestContext,
): Promise<string> {
  if (!passwords.mustRenew(password, passwordHash)) return passwordHash
  try {
    const share = shareOf({ username, address, isKnown: true })
    const renewed = await passwords.hash(password, share)
    return (await users.rehash(userId, passwordHash, renewed)) ? renewed : passwordHash
  } catch (error) {
    // The queue is full or the store is busy: the next login will renew the hash.
    if (error instanceof TooManyWaiting || error instanceof StoreError) return passwordHash
    throw error
  }
}

function rejectInactive(
  { audit }: PasswordGrantOptions,
  { clientId }: ClientRow,
  { userId }: UserRow,
  { ip: address }: RequestContext,
): never {
  audit.count('login_failed', { userId, clientId, address, detail: 'disabled' })
  throw new InactiveUser()
}

function concurrentChange({ config }: PasswordGrantOptions): WrongCredentials {
  return new WrongCredentials(config.invalidGrantStatus, 'account changed during the login')
}
