/** Finds the account that a person means who types a username or an e-mail address. */
import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'
import { emailKey, type UserRow, usernameKey, userOf } from './user-row.ts'

/**
 * The account that has verified this address, or else the one with this username: an address is proven, a username is chosen. One
 * statement, which depends on the text only and not on the accounts.
 */
export async function userByLoginName(
  db: Kysely<Schema>,
  text: string,
): Promise<UserRow | undefined> {
  const [address, username] = [emailKey(text), usernameKey(text)]
  const rows = await db
    .selectFrom('users')
    .selectAll()
    .where((e) =>
      e.or([
        e('username_key', '=', username),
        ...(address === undefined ? [] : [e('verified_email_key', '=', address)]),
      ]),
    )
    .execute()
  const row = rows.find((each) => each.verified_email_key === address) ?? rows[0]
  return row && userOf(row)
}

/** The same for all spellings that find one account: what failed logins are counted for. */
export function loginNameKey(text: string): string {
  const username = usernameKey(text)
  return emailKey(username) ?? username
}
