/** The tables of a server that is built on ours, on both stores: migrations, transactions, copies, deletions. */
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { newUser } from '../../src/accounts/new-user.ts'
import { auditEvent } from '../../src/audit/audit.ts'
import { type Database, readConfig } from '../../src/config/config.ts'
import type { ColumnTypes, MigrationOf } from '../../src/store/migrations/column-types.ts'
import { migrationsWith } from '../../src/store/migrations/list.ts'
import { rebuildTable } from '../../src/store/migrations/rebuild-table.ts'
import { noOwnData, type OwnAccess, type OwnData, ownAccess } from '../../src/store/own-data.ts'
import type { Schema } from '../../src/store/schema.ts'
import {
  commandOptions,
  connectTo,
  copyStore,
  openStore,
  type Store,
} from '../../src/store/store.ts'
import { isDuplicateKey, isMissingReference } from '../../src/store/violated-keys.ts'
import { temporaryFolder } from '../harness/command.ts'
import { ask, emptyDatabase, isPostgres } from '../harness/database.ts'

interface Tables {
  app_notes: { note_id: string; owner_id: string; text: string; expires_at: number | null }
  app_labels: { note_id: string; tag: string }
}

const notes: MigrationOf = ({ text, integer, strict }) => ({
  async up(db) {
    await sql`create table app_notes (
      note_id ${text} primary key,
      owner_id ${text} not null references users on delete cascade,
      text ${text} not null,
      expires_at ${integer}
    ) ${strict}`.execute(db)
  },
})
const labels: MigrationOf = ({ text, strict }) => ({
  async up(db) {
    await sql`create table app_labels (
      note_id ${text} not null references app_notes on delete cascade,
      tag ${text} not null,
      primary key (note_id, tag)
    ) ${strict}`.execute(db)
  },
})
const statement =
  (of: (types: ColumnTypes) => ReturnType<typeof sql>): MigrationOf =>
  (types) => ({
    up: async (db) => void (await of(types).execute(db)),
  })
const own: OwnData = { ...noOwnData, migrations: { '0001-notes': notes, '0002-labels': labels } }

let database: Database
beforeEach(async () => {
  const { settings, drop } = await emptyDatabase()
  onTestFinished(drop)
  database = readConfig(settings).database
})

function storeWith(data: OwnData = own, on = database): Store {
  const store = openStore(on, commandOptions, data)
  onTestFinished(() => store.close())
  return store
}

type OwnStore = Omit<Store, 'db' | 'transaction'> & OwnAccess<Tables>

async function migrated(data: OwnData = own, on = database): Promise<OwnStore> {
  const store = storeWith(data, on)
  await store.migrate()
  return { ...store, ...ownAccess<Tables>(store) }
}

async function tableNames(): Promise<string[]> {
  const list = isPostgres
    ? 'select tablename as name from pg_tables where schemaname = current_schema()'
    : "select name from sqlite_master where type = 'table'"
  return (await ask(database, list)).map(({ name }) => String(name)).sort()
}

async function addUser(store: Pick<Store, 'users'>, username = 'ada'): Promise<string> {
  const user = newUser({ username, passwordHash: 'x', scopes: [] }, Date.now())
  await store.users.add(user)
  return user.userId
}

const note = (owner_id: string, note_id = 'n1', expires_at: number | null = null) => ({
  note_id,
  owner_id,
  text: 'milk',
  expires_at,
})
const deleted = (userId: string) => () =>
  auditEvent('command_line', 'user_deleted', { userId }, Date.now())

describe('own migrations', () => {
  it('run after all of ours in a new database, in a table of their own, and once [N4]', async () => {
    const store = storeWith()
    const applied = await store.migrate()
    expect(applied.slice(-3)).toEqual([
      expect.stringMatching(/^0\d{3}-/),
      '0001-notes',
      '0002-labels',
    ])
    expect(await store.migrate()).toEqual([])
    const rows = await ask(database, 'select name from app_migration order by name')
    expect(rows).toEqual([{ name: '0001-notes' }, { name: '0002-labels' }])
  })

  it('do not block ours, and ours do not block them: an upgraded database gets what is missing of both [N4]', async () => {
    const open = connectTo(database, commandOptions, own, async (types) =>
      Object.fromEntries(Object.entries(await migrationsWith(types)).slice(0, -3)),
    )
    onTestFinished(() => open.close())
    await open.applyMissing()
    const later = {
      ...own,
      migrations: {
        ...own.migrations,
        '0003-more': statement(({ text }) => sql`create table app_more (id ${text} primary key)`),
      },
    }
    expect(await storeWith(later).migrate()).toHaveLength(4)
    expect(await tableNames()).toEqual(
      expect.arrayContaining(['app_more', 'app_notes', 'audit_events']),
    )
  })

  it('that fail leave the database as it was, without ours too, and name the migration [N4]', async () => {
    const broken = {
      ...own,
      migrations: { ...own.migrations, '0003-broken': statement(() => sql`create table app_x (`) },
    }
    await expect(storeWith(broken).migrate()).rejects.toMatchObject({
      name: 'InvalidSetting',
      message: expect.stringMatching(
        /^the migration 0003-broken failed, and nothing was applied: .*(incomplete|syntax)/,
      ),
    })
    expect(await tableNames()).toEqual(['kysely_migration_lock'])
    await migrated()
    const before = await tableNames()
    await expect(storeWith(broken).migrate()).rejects.toThrow('0003-broken')
    expect(await tableNames()).toEqual(before)
  })

  it('that end the transaction do not start, and do not say that nothing was applied [N4]', async () => {
    const endings = [['commit', 'nonsense'], ['commit'], ['commit', 'begin']]
    for (const [at, statements] of endings.entries()) {
      const migration: MigrationOf = () => ({
        async up(db) {
          for (const each of statements) await sql.raw(each).execute(db)
        },
      })
      const migrations = { '0001-notes': notes, '0002-ends': migration }
      await expect(storeWith({ ...own, migrations }).migrate(), String(at)).rejects.toMatchObject({
        name: 'InvalidSetting',
        message: expect.stringMatching(
          /^the migration 0002-ends has ended the transaction, so that a part may be applied: restore the backup, and remove its commit or rollback/,
        ),
      })
      const { settings, drop } = await emptyDatabase()
      onTestFinished(drop)
      database = readConfig(settings).database
    }
  })

  it.each<[string, unknown]>([
    ['an object', {}],
    ['a function that returns nothing', () => undefined],
  ])('that are none are named: %s [N4]', async (_, migration) => {
    const migrations = { '0001-notes': notes, '0002-none': migration as MigrationOf }
    const migrating = (async () => await storeWith({ ...own, migrations }).migrate())()
    await expect(migrating).rejects.toMatchObject({
      name: 'InvalidSetting',
      message: 'the migration 0002-none must be a function that returns an object with up(db)',
    })
  })

  it('that come before an applied one are named [N4]', async () => {
    await migrated()
    const migrations = { ...own.migrations, '0000-first': notes }
    await expect(storeWith({ ...own, migrations }).migrate()).rejects.toMatchObject({
      name: 'InvalidSetting',
      message:
        'the migration 0000-first comes before one that is applied: give it a name that comes after 0002-labels',
    })
  })

  it('start once when several servers start at the same time [N4]', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => storeWith().migrate()))
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1)
    expect(applied.flat()).toContain('0002-labels')
  })

  it.each<[string, MigrationOf]>([
    ['notes', statement(({ text }) => sql`create table notes (id ${text} primary key)`)],
    ['users', statement(({ text }) => sql`alter table users add column shoe_size ${text}`)],
    ['app_by_name', statement(() => sql`create index app_by_name on users (username)`)],
    ['by_owner', statement(() => sql`create index by_owner on app_notes (owner_id)`)],
    ['items', statement(() => sql`drop table items`)],
  ])('may change nothing but tables with their prefix: %s [N5]', async (name, migration) => {
    const migrations = { ...own.migrations, '0003-more': migration }
    await expect(storeWith({ ...own, migrations }).migrate()).rejects.toMatchObject({
      name: 'InvalidSetting',
      message: expect.stringMatching(new RegExp(`may change their own tables only: ${name}`)),
    })
    expect(await tableNames()).toEqual(['kysely_migration_lock'])
  })

  it.runIf(isPostgres).each<[string, string, string]>([
    [
      'a trigger',
      'users',
      'create trigger app_t before update on users for each row execute function suppress_redundant_updates_trigger()',
    ],
    ['a default', 'users', "alter table users alter column scopes set default 'users:write'"],
    ['a rule', 'sessions', 'create rule app_r as on delete to sessions do instead nothing'],
    [
      'a constraint',
      'users',
      'alter table users add constraint app_c check (length(username) < 3) not valid',
    ],
    [
      'a missing constraint',
      'sessions',
      'alter table sessions drop constraint sessions_user_id_fkey',
    ],
  ])('may not change a table of ours by %s [N5]', async (_, table, change) => {
    const migrations = { ...own.migrations, '0003-more': statement(() => sql.raw(change)) }
    await expect(storeWith({ ...own, migrations }).migrate()).rejects.toThrow(
      `may change their own tables only: ${table}`,
    )
  })

  it('have a prefix that no name of ours has [N5]', async () => {
    await migrated(noOwnData)
    expect((await tableNames()).filter((name) => name.startsWith('app_'))).toEqual([])
  })

  it('make tables with a primary key [N5]', async () => {
    const migrations = {
      '0001-keyless': statement(({ text }) => sql`create table app_log (line ${text})`),
    }
    await expect(storeWith({ ...own, migrations }).migrate()).rejects.toThrow(
      'the table app_log needs a primary key',
    )
  })

  it('of a different server stop a server that does not know them [N4]', async () => {
    await migrated()
    await expect(storeWith(noOwnData).migrate()).rejects.toMatchObject({
      name: 'InvalidSetting',
      message: expect.stringContaining('(app_migration: 0001-notes)'),
    })
    const fewer = { ...own, migrations: { '0001-notes': notes } }
    await expect(storeWith(fewer).migrate()).rejects.toThrow('(app_migration: 0002-labels)')
  })
})

describe.skipIf(isPostgres)('a migration of ours that rebuilds users', () => {
  const users = ({ text, integer }: ColumnTypes) => sql`
    user_id ${text} primary key, username ${text} not null, username_key ${text} not null unique,
    email ${text}, email_verified ${integer} not null default 0, verified_email_key ${text},
    full_name ${text}, locale ${text}, external_id ${text}, password_hash ${text} not null, disabled ${integer} not null default 0,
    scopes ${text} not null, created_at ${integer} not null, version ${integer} not null default 1,
    administers ${integer} not null default 0`
  const columns =
    'user_id username username_key email email_verified verified_email_key full_name locale external_id password_hash disabled scopes created_at version administers'.split(
      ' ',
    )
  const rebuild = (types: ColumnTypes, work = async (_db: Kysely<Schema>) => {}) => ({
    async up(db: Kysely<Schema>) {
      await rebuildTable(db, 'users', users(types), columns)
      await work(db)
    },
  })
  const upgrade = (work?: (db: Kysely<Schema>) => Promise<void>) => {
    const open = connectTo(database, commandOptions, own, async (types) => ({
      ...(await migrationsWith(types)),
      '9999-rebuild': rebuild(types, work),
    }))
    onTestFinished(() => open.close())
    return open.applyMissing()
  }

  it('keeps the rows of own tables that refer to it, its own rows and its indexes [N6]', async () => {
    const store = await migrated()
    const userId = await addUser(store)
    await store.db.insertInto('app_notes').values(note(userId)).execute()
    const indexes = `select name from sqlite_master where type = 'index' and tbl_name = 'users' order by name`
    const before = await ask(database, indexes)
    expect(await upgrade()).toEqual(['9999-rebuild'])
    expect(await ask(database, 'select note_id from app_notes')).toEqual([{ note_id: 'n1' }])
    expect(await ask(database, indexes)).toEqual(before)
    expect(
      await ask(
        database,
        "select dflt_value from pragma_table_info('users') where name = 'disabled'",
      ),
    ).toEqual([{ dflt_value: '0' }])
    // The reference is still one.
    await ask(database, "delete from kysely_migration where name = '9999-rebuild'")
    expect(await store.users.remove(userId, Date.now(), deleted(userId))).toBe(true)
    expect(await ask(database, 'select note_id from app_notes')).toEqual([])
  })

  it('fails, and changes nothing, if a row would refer to nothing [N6]', async () => {
    const store = await migrated()
    await store.db
      .insertInto('app_notes')
      .values(note(await addUser(store)))
      .execute()
    const lossy = upgrade(async (db) => void (await db.deleteFrom('users').execute()))
    await expect(lossy).rejects.toThrow(
      'rows of app_notes refer to rows of users that do not exist',
    )
    expect(await store.users.byName('ada')).toBeDefined()
  })
})

describe('transaction', () => {
  it('commits what its work returns from, and nothing of what it throws in [N7]', async () => {
    const { db, transaction, ...store } = await migrated()
    const userId = await addUser(store)
    const kept = await transaction(async (tx) => {
      await tx.insertInto('app_notes').values(note(userId)).execute()
      await tx.insertInto('app_labels').values({ note_id: 'n1', tag: 'food' }).execute()
      return 'kept'
    })
    expect(kept).toBe('kept')
    const failed = transaction(async (tx) => {
      await tx.deleteFrom('app_notes').execute()
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await db.selectFrom('app_labels').select('tag').execute()).toEqual([{ tag: 'food' }])
  })

  it('does not say that it has committed, if a statement has failed that ends it [N7]', async () => {
    const { db, transaction, ...store } = await migrated()
    const userId = await addUser(store)
    const goesOn = transaction(async (tx) => {
      await tx.insertInto('app_notes').values(note(userId)).execute()
      const again = tx.insertInto('app_notes').values(note(userId)).execute()
      await again.catch(() => {})
      return 'committed'
    })
    const result = await goesOn.catch(({ message }: Error) => message)
    expect(result).toMatch(isPostgres ? /^the transaction was rolled back/ : 'committed')
    const notes = await db.selectFrom('app_notes').selectAll().execute()
    expect(notes).toHaveLength(isPostgres ? 0 : 1)
  })

  it('has the errors of our store, and is repeated after a conflict [N7]', async () => {
    const { transaction, ...store } = await migrated()
    const userId = await addUser(store)
    let runs = 0
    const twice = transaction(async (tx) => {
      runs += 1
      await tx
        .insertInto('app_notes')
        .values([note(userId), note(userId)])
        .execute()
    })
    // On SQLite there is no conflict: transactions run one after the other.
    const error = await twice.catch((thrown: unknown) => thrown)
    expect([isDuplicateKey(error), isMissingReference(error)]).toEqual([true, false])
    expect(isDuplicateKey(new Error('no'))).toBe(false)
    expect(runs).toBe(isPostgres ? 4 : 1)
    await store.close()
    const late = transaction((tx) => tx.selectFrom('app_notes').selectAll().execute())
    await expect(late).rejects.toMatchObject({ name: 'StoreUnavailable' })
  })

  it('throws for a key that stays violated what the database throws, not that it is busy [N7]', async () => {
    const { db, transaction, ...store } = await migrated()
    const userId = await addUser(store)
    const add = (row: Tables['app_notes']) => db.insertInto('app_notes').values(row).execute()
    await add(note(userId))
    const faults: [work: () => Promise<unknown>, isDuplicate: boolean][] = [
      [() => add(note(userId)), true],
      [() => add(note('u_none', 'n2')), false],
      [
        () =>
          transaction((tx) => tx.insertInto('app_notes').values(note('u_none', 'n3')).execute()),
        false,
      ],
    ]
    for (const [work, isDuplicate] of faults) {
      const error = await work().catch((thrown: unknown) => thrown)
      expect(error).not.toMatchObject({ name: 'TransactionConflict' })
      expect([isDuplicateKey(error), isMissingReference(error)]).toEqual([
        isDuplicate,
        !isDuplicate,
      ])
    }
  })

  it('throws for a query that goes past it, which on SQLite would wait for ever [N7]', async () => {
    const { db, transaction } = await migrated()
    const past = transaction(async () => await db.selectFrom('app_labels').selectAll().execute())
    await expect(past).rejects.toThrow('a query inside a transaction must use its tx')
    const nested = transaction(() => transaction(async () => 1))
    await expect(nested).rejects.toThrow('a query inside a transaction must use its tx')
    let later: Promise<unknown> = Promise.resolve()
    await transaction(async (tx) => {
      later = new Promise((done) =>
        setTimeout(() => done(db.selectFrom('app_labels').selectAll().execute()), 20),
      )
      await tx.selectFrom('app_labels').selectAll().execute()
    })
    expect(await later).toEqual([])
  })
})

describe('a copy', () => {
  const target = async (): Promise<Database> => {
    const { settings, drop } = await emptyDatabase()
    onTestFinished(drop)
    return readConfig(settings).database
  }
  const sqliteFile = (): Database => ({
    kind: 'sqlite',
    file: join(temporaryFolder(), 'own.db'),
  })

  it.each(['to the same kind', 'from SQLite'])(
    'takes own tables along %s, in the order of their references [N8]',
    async (way) => {
      const source = way === 'from SQLite' ? sqliteFile() : database
      const store = await migrated(own, source)
      const userId = await addUser(store)
      const rows = Array.from({ length: 501 }, (_, at) =>
        note(userId, `n${at}`, at % 2 ? at : null),
      )
      await store.db.insertInto('app_notes').values(rows).execute()
      await store.db.insertInto('app_labels').values({ note_id: 'n7', tag: 'ü' }).execute()
      await store.close()
      const to = await target()
      const copied = await copyStore(source, to, own, () => {})
      expect(copied.slice(-2).map(({ table, rows: count }) => [table, count])).toEqual([
        ['app_notes', 501],
        ['app_labels', 1],
      ])
      expect(await ask(to, 'select tag from app_labels')).toEqual([{ tag: 'ü' }])
    },
  )

  it('takes rows along that refer to later rows, if the reference is checked at the commit [N8]', async () => {
    const tree = (deferred: string): OwnData => ({
      ...noOwnData,
      migrations: {
        '0001-tree': statement(
          ({ text }) => sql`create table app_tree (id ${text} primary key,
            parent ${text} references app_tree ${sql.raw(deferred)})`,
        ),
      },
    })
    const copyOf = async (data: OwnData) => {
      const source = sqliteFile()
      await (await migrated(data, source)).close()
      // More than a batch between the row and the row that it refers to.
      const rows = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 600)
        select 'm' || i, null from n union all select 'a', 'z' union all select 'z', null`
      await ask(source, `insert into app_tree ${rows}`)
      const to = await target()
      const copied = copyStore(source, to, data, () => {})
      return { copied, to }
    }
    const { copied, to } = await copyOf(tree('deferrable initially deferred'))
    expect((await copied).at(-1)).toMatchObject({ table: 'app_tree', rows: 602 })
    expect(await ask(to, "select parent from app_tree where id = 'a'")).toEqual([{ parent: 'z' }])
    const immediate = (await copyOf(tree(''))).copied
    if (!isPostgres) return void (await immediate)
    await expect(immediate).rejects.toThrow(
      'the foreign key of app_tree to app_tree must be declared as deferrable initially deferred',
    )
  })

  it('refuses a type that not every database has, and copies nothing [N8]', async () => {
    const type = isPostgres ? 'jsonb' : 'blob'
    const more = statement(
      ({ text }) => sql`create table app_more (id ${text} primary key, data ${sql.raw(type)})`,
    )
    const data = { ...own, migrations: { ...own.migrations, '0003-more': more } }
    await (await migrated(data)).close()
    const to = await target()
    await expect(copyStore(database, to, data, () => {})).rejects.toThrow(
      new RegExp(
        `the column app_more.data \\(${type}\\) cannot be copied: only the types text and integer`,
        'i',
      ),
    )
    const plain = copyStore(database, to, noOwnData, () => {})
    await expect(plain).rejects.toThrow('(app_migration: 0001-notes)')
  })
})

describe('own data', () => {
  it('is told about a deleted account in the same transaction, before the account is gone [N8]', async () => {
    const seen: unknown[] = []
    const data: OwnData = {
      ...own,
      async onAccountDeleted(tx, userId) {
        const { rows } = await sql<{
          n: number
        }>`select count(*) as n from app_notes where owner_id = ${userId}`.execute(tx)
        seen.push(rows[0]?.n)
        if (seen.length === 1) throw new Error('not yet')
        await sql`delete from app_notes where owner_id = ${userId}`.execute(tx)
      },
    }
    const store = await migrated(data)
    const userId = await addUser(store)
    await store.db.insertInto('app_notes').values(note(userId)).execute()
    const remove = () => store.users.remove(userId, Date.now(), deleted(userId))
    await expect(remove()).rejects.toThrow('not yet')
    expect(await store.users.byName('ada')).toBeDefined()
    expect(await store.auditEvents.list({ limit: 9 })).toEqual([])
    expect(await remove()).toBe(true)
    expect(seen).toEqual([1, 1])
    expect(await store.db.selectFrom('app_notes').selectAll().execute()).toEqual([])
  })

  it('is told in the scope of the transaction: a query past it throws [N7, N8]', async () => {
    const others: Pick<OwnStore, 'db'>[] = []
    const data: OwnData = {
      ...own,
      onAccountDeleted: async () =>
        void (await others[0]?.db.selectFrom('app_notes').selectAll().execute()),
    }
    const store = await migrated(data)
    others.push(store)
    const userId = await addUser(store)
    const removed = store.users.remove(userId, Date.now(), deleted(userId))
    await expect(removed).rejects.toThrow('a query inside a transaction must use its tx')
    expect(await store.users.byName('ada')).toBeDefined()
  })

  it('is purged from the time in the column that it names [N8]', async () => {
    const store = await migrated({ ...own, expires: { app_notes: 'expires_at' } })
    const userId = await addUser(store)
    const rows = [note(userId, 'old', 999), note(userId, 'new', 1001), note(userId, 'ever')]
    await store.db.insertInto('app_notes').values(rows).execute()
    await store.purgeOwn(1000)
    const kept = await store.db
      .selectFrom('app_notes')
      .select('note_id')
      .orderBy('note_id')
      .execute()
    expect(kept).toEqual([{ note_id: 'ever' }, { note_id: 'new' }])
  })

  it('can be joined to the accounts, which it cannot change [N9]', async () => {
    const store = await migrated()
    const userId = await addUser(store)
    await store.db.insertInto('app_notes').values(note(userId)).execute()
    const joined = store.db
      .selectFrom('app_notes')
      .innerJoin('users', 'users.user_id', 'app_notes.owner_id')
      .select(['users.username', 'app_notes.text'])
    expect(await joined.execute()).toEqual([{ username: 'ada', text: 'milk' }])
    // @ts-expect-error: an account is changed by the operations and commands for accounts.
    store.db.updateTable('users').set({ username: 'eve' })
    // @ts-expect-error: other columns may change with any version.
    store.db.selectFrom('users').select('password_hash')
  })
})
