/** The password grant (RFC 6749 §4.3): a username and a password for an authorization. */
import type { TokenRequest } from '../../generated/api.ts'
import type { Config } from '../config.ts'
import type { Store } from '../store/store.ts'
import type { UserRow } from '../store/users.ts'
import type { Client } from './clients.ts'
import { InvalidGrant, InvalidRequest, WrongCredentials } from './oauth-errors.ts'
import { mostPasswordBytes, type Passwords } from './passwords.ts'
import { grantedScopes } from './scopes.ts'

export interface PasswordGrantOptions {
  readonly store: Pick<Store, 'users'>
  readonly passwords: Passwords
  readonly config: Pick<Config, 'invalidGrantStatus'>
}

export interface Grant {
  readonly user: UserRow
  readonly client: Client
  readonly scopes: readonly string[]
}

/** Throws an RFC 6749 error. An unknown user costs one hash, as a wrong password does, and gets the same answer. */
export async function passwordGrant(
  { store, passwords, config }: PasswordGrantOptions,
  client: Client,
  { username = '', password = '', scope }: TokenRequest,
): Promise<Grant> {
  if (Buffer.byteLength(password) > mostPasswordBytes)
    throw new InvalidRequest('password is too long')
  const user = await store.users.byName(username)
  const matches = await passwords.verify(password, user?.passwordHash)
  if (!user || !matches)
    throw new WrongCredentials(config.invalidGrantStatus, user ? 'wrong password' : 'unknown user')
  if (user.disabled) throw new InvalidGrant('Inactive user')
  return { user, client, scopes: grantedScopes(scope, user.scopes) }
}
