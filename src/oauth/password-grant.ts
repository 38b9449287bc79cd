/** The password grant (RFC 6749 §4.3): issues tokens for a username and a password. */

import { addLogFields } from '#contract'
import type { TokenRequest } from '../../generated/api.ts'
import { TooManyWaiting } from '../passwords/admission.ts'
import { maxPasswordBytes, noPassword } from '../passwords/passwords.ts'
import { shareOf } from '../passwords/share.ts'
import type { ClientRow } from '../store/clients.ts'
import { StoreError } from '../store/errors.ts'
import { loginNameKey } from '../store/login-name.ts'
import { type UserRow, usernameKey } from '../store/user-row.ts'
import { requestingClient, requireGrant, scopesFor } from './clients.ts'
import { disconnectSignal } from './disconnect.ts'
import type { Grant } from './grant.ts'
import { countOutcome } from './login-outcome.ts'
import { InactiveUser, InvalidRequest, WrongCredentials } from './oauth-errors.ts'
import type { OAuthServices } from './oauth-services.ts'
import { grantedScopes } from './scopes.ts'
import { beginSession, type RequestContext } from './sessions.ts'

/** An unknown user costs one hash, as a wrong password does, and the response is the same. */
export const passwordGrant: Grant = (services, client, body, context) =>
  countOutcome(services.metrics, () => logIn(services, client, body, context))

const logIn: Grant = async (services, client, body, context) => {
  const { store, accessTokens } = services
  const begin = async (user: UserRow, client: ClientRow) => {
    if (user.disabled) return rejectInactive(services, client, user, context)
    const scopes = grantedScopes(body.scope, scopesFor(client, user.scopes))
    services.accountWrites.take('login', user.userId)
    return await beginSession(services, { user, client, scopes, context })
  }
  const verified = await verifiedUser(services, client, body, context)
  let begun = await begin(verified, client)
  if (!begun) {
    // The client or the account changed while the password was hashed: their current state counts.
    const current = await requestingClient(store.clients, context, body)
    requireGrant(current, 'password')
    begun = await begin(await verifiedAgain(services, verified, body, context), current)
  }
  if (!begun) throw concurrentChange(services)
  const { session, refreshToken, keysVersion } = begun
  const accessToken = await accessTokens.issue(session, keysVersion)
  return { accessToken, scopes: session.scopes, refreshToken: refreshToken?.text }
}

/** Returns the account. Throws a `WrongCredentials` for an unknown user or a wrong password. */
async function verifiedUser(
  services: OAuthServices,
  { clientId }: ClientRow,
  { username = '', password = '' }: TokenRequest,
  context: RequestContext,
): Promise<UserRow> {
  if (Buffer.byteLength(password) > maxPasswordBytes)
    throw new InvalidRequest('password is too long')
  const { config, store } = services
  const { byLoginName, byName } = store.users
  const [find, keyOf] = config.loginWithEmail ? [byLoginName, loginNameKey] : [byName, usernameKey]
  const found = await find(username)
  addLogFields(context, { userId: found?.userId })
  const detail = detailOf(found)
  const isRight = await services.checkPassword({
    name: keyOf(username),
    password,
    storedHash: found?.passwordHash,
    about: { userId: found?.userId, clientId, address: context.ip },
    detail,
    signal: disconnectSignal(context),
  })
  if (!found || !isRight) throw new WrongCredentials(services.config.invalidGrantStatus, detail)
  return { ...found, passwordHash: await renewHash(services, password, found, context) }
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
  services: OAuthServices,
  { userId, passwordHash }: UserRow,
  { password = '' }: TokenRequest,
  context: RequestContext,
): Promise<UserRow> {
  const user = await services.store.users.byId(userId)
  if (!user) throw concurrentChange(services)
  if (user.passwordHash === passwordHash) return user
  const share = shareOf({ username: user.username, address: context.ip, isKnown: true })
  if (await services.passwords.verify(password, user.passwordHash, { share })) return user
  throw concurrentChange(services)
}

/**
 * Replaces a hash that was imported, or made with a lower cost or a previous pepper, now that the password is known. Returns the
 * hash that the account then has.
 */
async function renewHash(
  { store: { users }, passwords }: OAuthServices,
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
  { audit }: OAuthServices,
  { clientId }: ClientRow,
  { userId }: UserRow,
  { ip: address }: RequestContext,
): never {
  audit.count('login_failed', { userId, clientId, address, detail: 'disabled' })
  throw new InactiveUser()
}

function concurrentChange({ config }: OAuthServices): WrongCredentials {
  return new WrongCredentials(config.invalidGrantStatus, 'account changed during the login')
}
