/** Every change of the schema since the first, in order. A migration that has been released is never edited. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Migration, type MigrationResult, Migrator } from 'kysely/migration'
import { InvalidSetting } from '../config.ts'
import type { Schema } from './schema.ts'
import { usernameKey } from './user-row.ts'

/** What the types of columns are called. */
export interface ColumnTypes {
  /** Compared and sorted byte by byte. */
  readonly text: RawBuilder<unknown>
  /** Of 64 bits. */
  readonly integer: RawBuilder<unknown>
  /** Ends a table that takes nothing but the types of its columns. */
  readonly strict: RawBuilder<unknown>
}

export const sqliteTypes: ColumnTypes = {
  text: sql`text`,
  integer: sql`integer`,
  strict: sql`strict`,
}

export const postgresTypes: ColumnTypes = {
  text: sql`text collate "C"`,
  integer: sql`bigint`,
  strict: sql``,
}

const migrationsWith = ({ text, integer, strict }: ColumnTypes): Record<string, Migration> => ({
  '0001-users': {
    async up(db) {
      await sql`create table users (
        user_id ${text} primary key,
        username ${text} not null,
        username_key ${text} not null unique,
        email ${text},
        full_name ${text},
        password_hash ${text} not null,
        disabled ${integer} not null,
        scopes ${text} not null,
        created_at ${integer} not null
      ) ${strict}`.execute(db)
    },
  },
  '0002-sessions': {
    async up(db) {
      await sql`create table sessions (
        session_id ${text} primary key,
        user_id ${text} not null references users on delete cascade,
        client_id ${text} not null,
        scopes ${text} not null,
        user_agent ${text},
        address ${text},
        created_at ${integer} not null,
        last_used_at ${integer} not null,
        expires_at ${integer} not null,
        idle_expires_at ${integer} not null,
        ended_at ${integer},
        family_hash ${text} unique,
        refresh_hash ${text},
        previous_hash ${text},
        rotated_at ${integer}
      ) ${strict}`.execute(db)
      await sql`create index sessions_by_user on sessions (user_id)`.execute(db)
      await sql`create index sessions_by_expiry on sessions (expires_at)`.execute(db)
      await sql`create table revoked_tokens (
        jti ${text} primary key,
        expires_at ${integer} not null
      ) ${strict}`.execute(db)
    },
  },
  '0003-items': {
    async up(db) {
      await sql`create table items (
        owner_id ${text} not null references users on delete cascade,
        item_id ${text} not null,
        created_at ${integer} not null,
        primary key (owner_id, item_id)
      ) ${strict}`.execute(db)
    },
  },
  '0004-signing-keys': {
    async up(db) {
      await sql`create table signing_keys (
        kid ${text} primary key,
        alg ${text} not null,
        public_jwk ${text} not null,
        private_jwe ${text} not null,
        created_at ${integer} not null,
        signs_from ${integer} not null,
        retires_at ${integer}
      ) ${strict}`.execute(db)
    },
  },
  '0005-clients': {
    async up(db) {
      await sql`create table clients (
        client_id ${text} primary key,
        secret_hash ${text},
        grants ${text} not null,
        scopes ${text},
        may_introspect ${integer} not null,
        disabled ${integer} not null,
        created_at ${integer} not null
      ) ${strict}`.execute(db)
    },
  },
  '0006-attempts': {
    async up(db) {
      await sql`create table attempts (
        key ${text} primary key,
        failures ${integer} not null,
        expires_at ${integer} not null
      ) ${strict}`.execute(db)
      await sql`create table attempted_passwords (
        key ${text} not null,
        mac ${text} not null,
        expires_at ${integer} not null,
        primary key (key, mac)
      ) ${strict}`.execute(db)
      await sql`create table login_addresses (
        key ${text} primary key,
        expires_at ${integer} not null
      ) ${strict}`.execute(db)
    },
  },
  '0007-accounts': {
    async up(db) {
      await sql`alter table users add column version ${integer} not null default 1`.execute(db)
      await sql`alter table users add column administers ${integer} not null default 0`.execute(db)
      await sql`update users set administers = 1
        where disabled = 0 and ' ' || scopes || ' ' like '% users:write %'`.execute(db)
      await sql`create index users_who_administer on users (user_id) where administers = 1`.execute(
        db,
      )
      await sql`create table locks (name ${text} primary key, taken ${integer} not null) ${strict}`.execute(
        db,
      )
      await sql`insert into locks (name, taken) values ('administrators', 0)`.execute(db)
      await sql`alter table items add column title ${text}`.execute(db)
      await sql`alter table items add column description ${text}`.execute(db)
      await sql`alter table items add column version ${integer} not null default 1`.execute(db)
      await sql`create index items_by_age on items (owner_id, created_at, item_id)`.execute(db)
      await sql`drop index sessions_by_user`.execute(db)
      await sql`create index sessions_by_user on sessions (user_id, created_at, session_id)`.execute(
        db,
      )
    },
  },
  '0008-audit-events': {
    async up(db) {
      await sql`create table audit_events (
        event_id ${text} primary key,
        kind ${text} not null,
        origin ${text} not null,
        user_id ${text},
        actor_id ${text},
        client_id ${text},
        session_id ${text},
        address ${text},
        detail ${text},
        created_at ${integer} not null
      ) ${strict}`.execute(db)
      await sql`create index audit_events_by_user on audit_events (user_id, event_id)`.execute(db)
      await sql`create index audit_events_by_actor on audit_events (actor_id, event_id)`.execute(db)
      await sql`create index audit_events_by_kind on audit_events (kind, event_id)`.execute(db)
      await sql`alter table attempts add column reported ${integer} not null default 0`.execute(db)
    },
  },
  '0009-indexes-of-lists': {
    async up(db) {
      await sql`create index audit_events_by_user_and_kind
        on audit_events (user_id, kind, event_id)`.execute(db)
      await sql`create index audit_events_by_actor_and_kind
        on audit_events (actor_id, kind, event_id)`.execute(db)
      await sql`drop index sessions_by_user`.execute(db)
      await sql`create index sessions_by_user on sessions (user_id)`.execute(db)
      await sql`create index live_sessions on sessions (user_id, created_at, session_id)
        where ended_at is null`.execute(db)
      await sql`create index ended_sessions on sessions (ended_at) where ended_at is not null`.execute(
        db,
      )
    },
  },
  '0010-finding-accounts': {
    async up(db) {
      await sql`create index users_by_email on users (lower(email), username_key)`.execute(db)
      await foldAnew(db)
    },
  },
  '0011-lock-of-signing-keys': {
    async up(db) {
      await sql`insert into locks (name, taken) values ('signing keys', 0)`.execute(db)
    },
  },
  '0012-undecided-attempts': {
    async up(db) {
      await sql`alter table attempts add column undecided ${integer} not null default 0`.execute(db)
      await sql`alter table attempts add column undecided_until ${integer} not null default 0`.execute(
        db,
      )
    },
  },
})

/** `ẞ` is `ss` now. Where two names become one, the first of them keeps it, and the other has to be given another. */
async function foldAnew(db: Kysely<Schema>): Promise<void> {
  const users = await db
    .selectFrom('users')
    .select(['user_id', 'username'])
    .where('username_key', 'like', '%ß%')
    .orderBy('created_at')
    .execute()
  for (const { user_id, username } of users) {
    const key = usernameKey(username)
    const namesake = db.selectFrom('users').select('user_id').where('username_key', '=', key)
    if (await namesake.executeTakeFirst()) continue
    await db
      .updateTable('users')
      .set({ username_key: key })
      .where('user_id', '=', user_id)
      .execute()
  }
}

/**
 * Applies what is missing, in one transaction: all of it, or nothing. The names of the applied ones. Servers that start at
 * once queue. Where nothing is missing it only reads: a command waits for no server that writes. `begin` is the first
 * statement after the queue.
 */
export async function migrate(
  db: Kysely<Schema>,
  types: ColumnTypes,
  begin?: RawBuilder<unknown>,
): Promise<string[]> {
  const provider = { getMigrations: async () => migrationsWith(types) }
  if (await isWhole(db, new Migrator({ db, provider }))) return []
  const locking = db.withTables<LockTable>()
  await makeLock(locking)
  return await locking.transaction().execute(async (tx) => {
    await tx.selectFrom(migrationLock).select('id').forUpdate().execute()
    await begin?.execute(tx)
    const { error, results = [] } = await new Migrator({ db: tx, provider }).migrateToLatest()
    if (error) throw error
    return results.map(({ migrationName }: MigrationResult) => migrationName)
  })
}

/** Whether these migrations have been applied. Throws an `InvalidSetting` where others have: they are of a later version. */
async function isWhole(db: Kysely<Schema>, migrator: Migrator): Promise<boolean> {
  const known = await migrator.getMigrations()
  if (known.every(({ executedAt }) => executedAt === undefined)) return false
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  const unknown = rows.find((row) => known.every(({ name }) => name !== row.name))
  if (unknown)
    throw new InvalidSetting(
      `the database was made by a newer version, which has ${unknown.name}: install that version, or restore the backup`,
    )
  return rows.length === known.length
}

const migrationLock = 'kysely_migration_lock'

type LockTable = { [migrationLock]: { id: string; is_locked: number } }

/** The row that the migrator would make itself: it is locked before there is anything else. */
async function makeLock(db: Kysely<Schema & LockTable>): Promise<void> {
  const table = db.schema
    .createTable(migrationLock)
    .ifNotExists()
    .addColumn('id', 'varchar(255)', (column) => column.notNull().primaryKey())
    .addColumn('is_locked', 'integer', (column) => column.notNull().defaultTo(0))
  // Of two that make it at once PostgreSQL refuses one, `if not exists` or not: then it is there.
  await table.execute().catch(async (error) => {
    const isThere = db.selectFrom(migrationLock).select('id').execute()
    await isThere.catch(() => Promise.reject(error))
  })
  await db
    .insertInto(migrationLock)
    .values({ id: 'migration_lock', is_locked: 0 })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}
