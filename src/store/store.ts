/** The store: one database, and what can be asked of it, a file per table. */
import { Kysely } from 'kysely'
import { type Attempts, attemptsTable } from './attempts.ts'
import { type AuditEvents, auditEventsTable } from './audit-events.ts'
import { type Clients, clientsTable } from './clients.ts'
import { type Items, itemsTable } from './items.ts'
import { migrate } from './migrations.ts'
import type { Schema } from './schema.ts'
import { type Sessions, sessionsTable } from './sessions.ts'
import { type SigningKeys, signingKeysTable } from './signing-keys.ts'
import { openSqlite, sqliteDialect } from './sqlite.ts'
import { openReader } from './sqlite-reader.ts'
import { type Users, usersTable } from './users.ts'

export interface Store {
  readonly users: Users
  readonly clients: Clients
  readonly sessions: Sessions
  readonly attempts: Attempts
  readonly items: Items
  readonly signingKeys: SigningKeys
  readonly auditEvents: AuditEvents
  /** Applies the migrations that are missing, and names them. */
  migrate(): Promise<string[]>
  /** Resolves where the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}

export function openStore(file: string): Store {
  const database = openSqlite(file)
  const db = new Kysely<Schema>({ dialect: sqliteDialect(database) })
  const reader = openReader(file, db)
  return {
    users: usersTable(db),
    clients: clientsTable(db, reader.prepare),
    sessions: sessionsTable(db, reader.prepare),
    attempts: attemptsTable(db),
    items: itemsTable(db),
    signingKeys: signingKeysTable(db),
    auditEvents: auditEventsTable(db),
    migrate: () => migrate(db),
    ping: async () => void (await db.selectNoFrom((e) => e.lit(1).as('one')).execute()),
    close: async () => {
      reader.close()
      if (database.isOpen) database.close()
    },
  }
}
