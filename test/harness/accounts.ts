/** Adds, changes and deletes accounts in addition to those of the demo. */
import { newUser } from '../../src/accounts/new-user.ts'
import type { UserRow } from '../../src/store/user-row.ts'
import type { TestServer } from './test-server.ts'

export interface Account {
  readonly username: string
  readonly password?: string
  readonly scopes?: readonly string[]
  readonly disabled?: boolean
  readonly externalId?: string
  readonly email?: string
  /** Replaces the hash of the password. */
  readonly passwordHash?: string
}

export const defaultPassword = 'correct horse battery'

/** Returns the id of the account. */
export async function addAccount(
  { services: { store, passwords, now } }: Pick<TestServer, 'services'>,
  { username, password = defaultPassword, scopes = ['me:read', 'items:read'], ...given }: Account,
): Promise<string> {
  const passwordHash = given.passwordHash ?? (await passwords.hash(password))
  const { disabled = false, externalId, email } = given
  const user = newUser({ username, passwordHash, scopes, disabled, externalId, email }, now())
  const added = await store.users.add(user)
  if (!added) throw new Error(`the username ${username} is taken`)
  return user.userId
}

type TestServices = Pick<TestServer, 'services'>

/** As an administrator does it, as do the next functions. */
export const disableAccount = (server: TestServices, username: string) =>
  changeAccount(server, username, { disabled: true })

export const changePasswordOf = (server: TestServices, username: string, passwordHash: string) =>
  changeAccount(server, username, { passwordHash })

export async function removeAccount(
  { services: { store, audit, now } }: TestServices,
  username: string,
) {
  const userId = await idOf(store, username)
  return await store.users.remove(userId, now(), () => audit.event('user_deleted', { userId }))
}

export async function changeAccount(
  { services: { store, audit, now } }: TestServices,
  username: string,
  changes: Partial<UserRow>,
): Promise<UserRow | undefined> {
  const userId = await idOf(store, username)
  const event = audit.event('user_updated', { userId })
  return await store.users.change(userId, now(), (user) => ({
    user: { ...user, ...changes },
    event,
  }))
}

async function idOf(store: TestServer['services']['store'], username: string): Promise<string> {
  const user = await store.users.byName(username)
  if (!user) throw new Error(`there is no user ${username}`)
  return user.userId
}
