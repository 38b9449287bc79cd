/** The tables, one schema for every database: ids are text, booleans are 0 and 1, lists are separated by spaces. */
import type { AuditEvent } from '../../generated/api.ts'

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type UnixMs = number

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
  outbox: OutboxTable
  proofs: ProofsTable
  locks: LocksTable
}

/** The primary keys. Each table comes after the tables that its rows refer to, so that the tables can be copied in this order. */
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
  outbox: ['message_id'],
  proofs: ['proof_id'],
} as const satisfies Record<Exclude<keyof Schema, 'locks'>, readonly string[]>

export interface UsersTable {
  user_id: string
  username: string
  /** The username after NFKC and case folding: unique. */
  username_key: string
  email: string | null
  email_verified: number
  /** `emailKey` of a verified address: unique. */
  verified_email_key: string | null
  full_name: string | null
  locale: string | null
  /** The id in the system from which the account was imported. Not unique. */
  external_id: string | null
  /** Empty: the account has no password. */
  password_hash: string
  disabled: number
  scopes: string
  /** 0 or 1: `isAdministrator` of `user-row.ts`. */
  administers: number
  created_at: UnixMs
  version: number
}

export interface ClientsTable {
  client_id: string
  /** SHA-256 of the random secret; null for a public client. */
  secret_hash: string | null
  grants: string
  /** Null: every scope. */
  scopes: string | null
  may_introspect: number
  disabled: number
  created_at: UnixMs
}

/** A session begins with a login. All its access tokens and refresh tokens name it. */
export interface SessionsTable {
  session_id: string
  user_id: string
  client_id: string
  /** The scopes granted at login: a refresh cannot add one. */
  scopes: string
  user_agent: string | null
  address: string | null
  created_at: UnixMs
  last_used_at: UnixMs
  /** The absolute end of the session. */
  expires_at: UnixMs
  /** The end of the session unless it is refreshed before. */
  idle_expires_at: UnixMs
  ended_at: UnixMs | null
  /** SHA-256 of the part that all refresh tokens of the session share; null if it has none. */
  family_hash: string | null
  /** SHA-256 of the current refresh token. */
  refresh_hash: string | null
  /** SHA-256 of the refresh token that the current one replaced. */
  previous_hash: string | null
  rotated_at: UnixMs | null
  /** The network that presented the previous token last; null if an older server rotated it. */
  rotated_from: string | null
  successor_number: number
}

/** Access tokens that were revoked individually. A row is kept until the token expires. */
export interface RevokedTokensTable {
  jti: string
  expires_at: UnixMs
}

/** Counts of failed logins and registrations. The key is a MAC of the username, the network or both. */
export interface AttemptsTable {
  key: string
  failures: number
  expires_at: UnixMs
  reported: number
}

/** Wrong passwords that have been counted: a truncated MAC, too short to test a guess with. */
export interface AttemptedPasswordsTable {
  key: string
  mac: string
  expires_at: UnixMs
}

/** Networks from which a user has logged in recently. The key is a MAC of the username and the network. */
export interface LoginAddressesTable {
  key: string
  expires_at: UnixMs
}

export interface ItemsTable {
  owner_id: string
  item_id: string
  title: string | null
  description: string | null
  created_at: UnixMs
  version: number
}

export interface SigningKeysTable {
  kid: string
  alg: string
  public_jwk: string
  /** A JWE (RFC 7516): the private key, encrypted. */
  private_jwe: string
  /** The key is published from here on. */
  created_at: UnixMs
  /** The key signs from here on. */
  signs_from: UnixMs
  /** Tokens of this key are rejected from here on; null until a newer key replaces it. */
  retires_at: UnixMs | null
}

/** The audit trail. It refers to no other table: events outlive the accounts and sessions that they name. */
export interface AuditEventsTable {
  event_id: string
  kind: AuditEvent['kind']
  origin: AuditEvent['origin']
  user_id: string | null
  actor_id: string | null
  client_id: string | null
  session_id: string | null
  address: string | null
  user_agent: string | null
  detail: string | null
  count: number
  created_at: UnixMs
}

/** Messages that are to be delivered. */
export interface OutboxTable {
  /** Sorts by time; of an audit event, its id. */
  message_id: string
  topic: 'audit' | 'mail'
  /** JSON. */
  body: string
  attempts: number
  /** From here on a server takes it. */
  due_at: UnixMs
  created_at: UnixMs
}

/** Proofs that were mailed. The proof is derived from the row and a key that the database does not have. */
export interface ProofsTable {
  proof_id: string
  kind:
    | 'password_reset'
    | 'email_confirmation'
    | 'email_change'
    | 'email_restoration'
    | 'invitation'
  user_id: string
  email: string
  created_at: UnixMs
  expires_at: UnixMs
}

/** Rows that transactions lock so as not to run concurrently. */
export interface LocksTable {
  name: string
  taken: number
}
