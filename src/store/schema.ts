/**
 * The tables, one schema for every database: ids are text, times are milliseconds since 1970, truths are 0 and 1,
 * lists are separated by spaces.
 */
import type { AuditEvent } from '../../generated/api.ts'

export interface Schema {
  users: UsersTable
  clients: ClientsTable
  sessions: SessionsTable
  revoked_tokens: RevokedTokensTable
  attempts: AttemptsTable
  attempted_passwords: AttemptedPasswordsTable
  login_addresses: LoginAddressesTable
  items: ItemsTable
  signing_keys: SigningKeysTable
  audit_events: AuditEventsTable
  locks: LocksTable
}

/**
 * Each table after those that its rows refer to, which is the order to copy them in, with its primary key. Locks are the
 * migrations' own.
 */
export const primaryKeys = {
  users: ['user_id'],
  clients: ['client_id'],
  sessions: ['session_id'],
  revoked_tokens: ['jti'],
  attempts: ['key'],
  attempted_passwords: ['key', 'mac'],
  login_addresses: ['key'],
  items: ['owner_id', 'item_id'],
  signing_keys: ['kid'],
  audit_events: ['event_id'],
} as const satisfies Record<Exclude<keyof Schema, 'locks'>, readonly string[]>

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
  /** Whether it is enabled and holds `users:write`. */
  administers: number
  created_at: number
  version: number
}

export interface ClientsTable {
  client_id: string
  /** SHA-256 of the secret, which is random; null: the client is public. */
  secret_hash: string | null
  grants: string
  /** Null: every scope. */
  scopes: string | null
  may_introspect: number
  disabled: number
  created_at: number
}

/** A login, the family of its refresh tokens, and all the access tokens that come of it. */
export interface SessionsTable {
  session_id: string
  user_id: string
  client_id: string
  /** What was granted at login: no refresh widens it. */
  scopes: string
  user_agent: string | null
  address: string | null
  created_at: number
  last_used_at: number
  /** When it ends whatever happens. */
  expires_at: number
  /** When it ends unless it is refreshed before. */
  idle_expires_at: number
  ended_at: number | null
  /** SHA-256 of what the refresh tokens of this session have in common; null: it has none. */
  family_hash: string | null
  /** SHA-256 of the refresh token that is good now, and of the one before. */
  refresh_hash: string | null
  previous_hash: string | null
  rotated_at: number | null
}

/** Access tokens revoked one by one, until they would have expired. */
export interface RevokedTokensTable {
  jti: string
  expires_at: number
}

/** Failed logins and registrations, counted; the key is a MAC of what they are counted for. */
export interface AttemptsTable {
  key: string
  failures: number
  expires_at: number
  /** Whether the audit trail knows that it is used up. */
  reported: number
}

/** Wrong passwords that were counted already: a truncated MAC, too short to guess the password by. */
export interface AttemptedPasswordsTable {
  key: string
  mac: string
  expires_at: number
}

/** Where a name has logged in from lately; the key is a MAC of both. */
export interface LoginAddressesTable {
  key: string
  expires_at: number
}

export interface ItemsTable {
  owner_id: string
  item_id: string
  title: string | null
  description: string | null
  created_at: number
  version: number
}

export interface SigningKeysTable {
  kid: string
  alg: string
  public_jwk: string
  /** A JWE (RFC 7516): the private key, encrypted. */
  private_jwe: string
  created_at: number
  /** It is published from the beginning, and signs from here on. */
  signs_from: number
  /** From here on its tokens are refused; null: no newer key has followed it. */
  retires_at: number | null
}

/** What has happened. Refers to no other table: it outlasts what it tells of. */
export interface AuditEventsTable {
  event_id: string
  kind: AuditEvent['kind']
  origin: AuditEvent['origin']
  user_id: string | null
  actor_id: string | null
  client_id: string | null
  session_id: string | null
  address: string | null
  detail: string | null
  created_at: number
}

/** Rows to queue at, for transactions that must not overlap. */
export interface LocksTable {
  name: string
  taken: number
}
