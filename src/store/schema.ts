/**
 * The tables, one schema for every database: ids are text, times are milliseconds since 1970, truths are 0 and 1,
 * lists are separated by spaces.
 */
export interface Schema {
  users: UsersTable
  sessions: SessionsTable
  items: ItemsTable
  signing_keys: SigningKeysTable
}

export interface UsersTable {
  user_id: string
  username: string
  /** The username after NFKC and case folding: what makes it unique. */
  username_key: string
  email: string | null
  full_name: string | null
  password_hash: string
  disabled: number
  scopes: string
  created_at: number
}

/** A login, and all the tokens that come of it. */
export interface SessionsTable {
  session_id: string
  user_id: string
  client_id: string
  created_at: number
  expires_at: number
}

export interface ItemsTable {
  owner_id: string
  item_id: string
  created_at: number
}

export interface SigningKeysTable {
  kid: string
  alg: string
  public_jwk: string
  /** A JWE (RFC 7516): the private key, encrypted. */
  private_jwe: string
  created_at: number
}
