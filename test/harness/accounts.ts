/** Accounts beside those of the demo, with the password and the scopes that a test needs. */
import { newId } from '../../src/security/secrets.ts'
import type { TestServer } from './test-server.ts'

export interface Account {
  readonly username: string
  readonly password?: string
  readonly scopes?: readonly string[]
  readonly disabled?: boolean
  /** Instead of the hash of the password. */
  readonly passwordHash?: string
}

export const usualPassword = 'correct horse battery'

/** Its id. */
export async function addAccount(
  { services: { store, passwords, now } }: Pick<TestServer, 'services'>,
  { username, password = usualPassword, scopes = ['me:read', 'items:read'], ...given }: Account,
): Promise<string> {
  const userId = newId('u')
  const added = await store.users.add({
    userId,
    username,
    email: undefined,
    fullName: undefined,
    passwordHash: given.passwordHash ?? (await passwords.hash(password)),
    disabled: given.disabled ?? false,
    scopes,
    createdAt: now(),
  })
  if (!added) throw new Error(`there is a user ${username} already`)
  return userId
}
