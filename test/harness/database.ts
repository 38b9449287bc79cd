/** Creates a database for a test: a SQLite file or a PostgreSQL database, as the run of the suite requires. */
import { randomBytes } from 'node:crypto'
import { copyFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { Database } from '../../src/config/config.ts'
import type { Services } from '../../src/services.ts'
import { postgresSecret } from './signing-key.ts'
import { volatileFolder } from './volatile-folder.ts'

export const isPostgres = process.env.TESSERA_STORE === 'postgres'

export interface TestDatabase {
  /** The settings with which a server or a command uses it. */
  readonly settings: Readonly<Record<string, string>>
  drop(): Promise<void>
}

export async function testDatabase(): Promise<TestDatabase> {
  return isPostgres ? await postgresDatabase('template') : sqliteDatabase()
}

/** With a signing key (RS256), which takes 0.1 s to generate, encrypted with the secret of the tests. */
export async function databaseWithKey(): Promise<TestDatabase> {
  if (isPostgres) return await postgresDatabase('with_key')
  const database = sqliteDatabase()
  const [from, to] = [inject('fileWithKey'), database.settings.DATABASE_URL ?? '']
  for (const end of ['', '.secret']) copyFileSync(from + end, to + end)
  return database
}

/** Without tables. */
export async function emptyDatabase(): Promise<TestDatabase> {
  return isPostgres ? await postgresDatabase('template0') : sqliteDatabase()
}

function sqliteDatabase(): TestDatabase {
  const folder = volatileFolder('tessera-test-')
  return {
    settings: { DATABASE_URL: join(folder, 'test.db') },
    drop: async () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The settings with which a second server or a command uses the database of this server. */
export function databaseOf({ config }: Services): Readonly<Record<string, string>> {
  const { database, secretKey } = config
  return {
    DATABASE_URL: database.kind === 'sqlite' ? database.file : database.url,
    ...(secretKey && { SECRET_KEY: secretKey }),
  }
}

export function postgresSettings(url: string): Readonly<Record<string, string>> {
  return { DATABASE_URL: url, DATABASE_CONNECTIONS: '5', SECRET_KEY: postgresSecret }
}

/** Copying the template is faster than migrating; the strategy `file_copy` is faster than copying through the log. */
async function postgresDatabase(
  template: 'template' | 'template0' | 'with_key',
): Promise<TestDatabase> {
  const url = inject('postgres')
  const name = `test_${randomBytes(8).toString('hex')}`
  await onPostgres('postgres', `create database ${name} template ${template} strategy file_copy`)
  return {
    settings: postgresSettings(new URL(`/${name}`, url).href),
    drop: async () => void (await onPostgres('postgres', `drop database ${name} with (force)`)),
  }
}

async function onPostgres(database: string, sql: string): Promise<readonly Row[]> {
  return await askPostgres(new URL(`/${database}`, inject('postgres')).href, sql)
}

export type Row = Record<string, unknown>

async function askPostgres(connectionString: string, sql: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

/** Runs one statement on a connection of its own. */
export async function ask(database: Database, sql: string): Promise<readonly Row[]> {
  if (database.kind === 'postgres') return await askPostgres(database.url, sql)
  const file = new DatabaseSync(database.file)
  try {
    return file.prepare(sql).all()
  } finally {
    file.close()
  }
}

/** Runs `work` while a different transaction locks the rows of a table. */
export async function whileLocked<Result>(
  database: Database,
  table: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const other = await locked(database, table)
  try {
    return await work()
  } finally {
    await other.end()
  }
}

async function locked(database: Database, table: string): Promise<{ end(): Promise<void> | void }> {
  if (database.kind === 'sqlite') {
    const file = new DatabaseSync(database.file)
    file.exec('begin immediate')
    return { end: () => file.close() }
  }
  const client = new Client({ connectionString: database.url })
  await client.connect()
  await client.query('begin')
  await client.query(`select * from ${table} for update`)
  return client
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The URL of the template. */
    postgres: string
    /** The SQLite file that is copied for each server; its secret is in the same folder. */
    fileWithKey: string
  }
}
