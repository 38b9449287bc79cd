/** Converts a session between its row and the form that the server uses. */
import type { Selectable } from 'kysely'
import type { SessionsTable, UnixMs } from './schema.ts'

export interface SessionRow {
  readonly sessionId: string
  readonly userId: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly userAgent: string | undefined
  readonly address: string | undefined
  readonly createdAt: UnixMs
  readonly lastUsedAt: UnixMs
  readonly expiresAt: UnixMs
  readonly idleExpiresAt: UnixMs
  readonly endedAt: UnixMs | undefined
  readonly refresh: RefreshState | undefined
}

/** SHA-256 of the part that all refresh tokens of a session share, of the current token, and of the token that it replaced. */
export interface RefreshState {
  readonly familyHash: string
  readonly tokenHash: string
  readonly previousHash: string | undefined
  /** When and from which network the previous token was presented last. The network is unknown if an older server rotated it. */
  readonly rotatedAt: UnixMs | undefined
  readonly rotatedFrom: string | undefined
  /** How many successors of the previous token the current one has replaced. */
  readonly successorNumber: number
}

export function sessionOf(row: Selectable<SessionsTable>): SessionRow {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    clientId: row.client_id,
    scopes: row.scopes.split(' ').filter(Boolean),
    userAgent: row.user_agent ?? undefined,
    address: row.address ?? undefined,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    idleExpiresAt: row.idle_expires_at,
    endedAt: row.ended_at ?? undefined,
    refresh: refreshOf(row),
  }
}

function refreshOf(row: Selectable<SessionsTable>): RefreshState | undefined {
  if (row.family_hash === null || row.refresh_hash === null) return undefined
  return {
    familyHash: row.family_hash,
    tokenHash: row.refresh_hash,
    previousHash: row.previous_hash ?? undefined,
    rotatedAt: row.rotated_at ?? undefined,
    rotatedFrom: row.rotated_from ?? undefined,
    successorNumber: row.successor_number,
  }
}

/** The type requires every column. */
const columns: { readonly [Column in keyof SessionsTable]: Column } = {
  session_id: 'session_id',
  user_id: 'user_id',
  client_id: 'client_id',
  scopes: 'scopes',
  user_agent: 'user_agent',
  address: 'address',
  created_at: 'created_at',
  last_used_at: 'last_used_at',
  expires_at: 'expires_at',
  idle_expires_at: 'idle_expires_at',
  ended_at: 'ended_at',
  family_hash: 'family_hash',
  refresh_hash: 'refresh_hash',
  previous_hash: 'previous_hash',
  rotated_at: 'rotated_at',
  rotated_from: 'rotated_from',
  successor_number: 'successor_number',
}

export const sessionColumns = Object.values(columns)

export function rowOf(session: SessionRow): SessionsTable {
  return {
    session_id: session.sessionId,
    user_id: session.userId,
    client_id: session.clientId,
    scopes: session.scopes.join(' '),
    user_agent: session.userAgent ?? null,
    address: session.address ?? null,
    created_at: session.createdAt,
    last_used_at: session.lastUsedAt,
    expires_at: session.expiresAt,
    idle_expires_at: session.idleExpiresAt,
    ended_at: session.endedAt ?? null,
    family_hash: session.refresh?.familyHash ?? null,
    refresh_hash: session.refresh?.tokenHash ?? null,
    previous_hash: session.refresh?.previousHash ?? null,
    rotated_at: session.refresh?.rotatedAt ?? null,
    rotated_from: session.refresh?.rotatedFrom ?? null,
    successor_number: session.refresh?.successorNumber ?? 0,
  }
}
