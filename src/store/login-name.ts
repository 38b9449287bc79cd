/** What a person means who types a username or an e-mail address: what is looked up is what failures are counted for. */
import type { Kysely } from 'kysely'
import { userBy } from './account-keys.ts'
import type { Schema } from './schema.ts'
import { emailKey, type UserRow, usernameKey } from './user-row.ts'

/**
 * A text with `@` is an address, and is never looked up among usernames: what an account of this username tells or gets would
 * depend on who has verified the address.
 */
export function isLikeAddress(text: string): boolean {
  return usernameKey(text).includes('@')
}

/** In one statement, which depends on the text only and not on the accounts. */
export async function userByLoginName(
  db: Kysely<Schema>,
  text: string,
): Promise<UserRow | undefined> {
  return isLikeAddress(text)
    ? await userBy(db, 'verified_email_key', addressKey(text))
    : await userBy(db, 'username_key', usernameKey(text))
}

/** The same for all texts that mean one account by its address, or by its username. */
export function loginNameKey(text: string): string {
  return isLikeAddress(text) ? `address ${addressKey(text)}` : usernameKey(text)
}

function addressKey(text: string): string {
  return emailKey(text) ?? usernameKey(text)
}
