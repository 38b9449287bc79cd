/** Kysely over `pg`: a bounded pool, nothing that waits for ever, and every failure of the connection a `StoreUnavailable`. */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  sql,
} from 'kysely'
import { Client, DatabaseError, Pool, type PoolClient, type PoolConfig, types } from 'pg'
import { InvalidSetting, isLoopback } from '../config/config.ts'
import { StoreUnavailable, TransactionConflict } from './errors.ts'
import { preparedName } from './prepared.ts'
import type { Schema } from './schema.ts'
import { withRetry } from './transaction.ts'

export interface PostgresOptions {
  /** At most so many connections. */
  readonly connections: number
  /** Gives up where a statement or a lock takes longer than a request may wait. */
  readonly hurried: boolean
}

/** In milliseconds. A request that cannot be served is to be told so within two seconds. */
const limits = {
  statement_timeout: 1_500,
  lock_timeout: 1_500,
  idle_in_transaction_session_timeout: 10_000,
  // For a database that is gone without a word, which cannot keep time itself.
  query_timeout: 1_800,
} as const satisfies PoolConfig

export function openPool(url: string, { connections, hurried }: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'tessera',
    max: connections,
    connectionTimeoutMillis: 1_500,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
    ...(hurried && limits),
  })
  // What happens to a connection that nobody uses is the pool's own business; one in use tells whoever uses it.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Whether its connections leave this machine without TLS, as `pg` reads the URL and its environment. */
export function isInTheClear(url: string): boolean {
  try {
    const { host, ssl } = new Client({ connectionString: url })
    return !ssl && !host.startsWith('/') && !isLoopback(host)
  } catch {
    // A certificate that it names cannot be read: whoever connects is told.
    return false
  }
}

/** Migrates what can hold every name, and says what is missing where it may not. Throws an `InvalidSetting`. */
export async function migrateAsOwner<Result>(
  db: Kysely<Schema>,
  migrate: () => Promise<Result>,
): Promise<Result> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db)
  const encoding = rows[0]?.server_encoding
  if (encoding !== 'UTF8')
    throw new InvalidSetting(
      `DATABASE_URL names a database whose encoding is ${encoding}: make one with createdb --encoding=UTF8 --template=template0`,
    )
  try {
    return await migrate()
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error
    throw new InvalidSetting(
      'the user of DATABASE_URL may not change the tables of the database: make it the owner of the database, and of what is in it',
      { cause: error },
    )
  }
}

/** Times and counts are far below 2^53. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format as 'text')

class Adapter extends PostgresAdapter {
  // The migrations lock a row, in their own transaction: what is called PostgreSQL does not always have advisory locks.
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

export function postgresDialect(pool: Pool): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => driver(pool),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

interface Connection extends DatabaseConnection {
  begin(): Promise<void>
  end(sql: 'commit' | 'rollback'): Promise<void>
  release(): void
}

function driver(pool: Pool): Driver {
  const taken = new WeakMap<DatabaseConnection, Connection>()
  const of = (connection: DatabaseConnection): Connection => {
    const own = taken.get(connection)
    if (!own) throw new Error('a connection of another store')
    return own
  }
  return {
    init: async () => {},
    acquireConnection: async () => {
      const connection = connectionOver(await connect(pool))
      taken.set(connection, connection)
      return connection
    },
    releaseConnection: async (connection) => of(connection).release(),
    beginTransaction: (connection) => of(connection).begin(),
    commitTransaction: (connection) => of(connection).end('commit'),
    rollbackTransaction: (connection) => of(connection).end('rollback'),
    destroy: async () => {},
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw storeError(error)
  }
}

function connectionOver(client: PoolClient): Connection {
  let inTransaction = false
  let isUsable = true

  async function run<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      return await execute<Row>(client, query)
    } catch (error) {
      // A newer version has given a table another column since this was prepared: the next connection prepares it anew.
      if (sqlStateOf(error) === '0A000' && preparedName(query) && !inTransaction) {
        isUsable = false
        return await execute<Row>(client, query, '')
      }
      isUsable &&= staysUsable(error)
      throw storeError(error)
    }
  }

  return {
    // By itself a statement is a transaction, which can be tried again.
    executeQuery: <Row>(query: CompiledQuery) =>
      inTransaction ? run<Row>(query) : withRetry(() => run<Row>(query)),
    streamQuery: () => {
      throw new Error('this store does not stream')
    },
    async begin() {
      // Whoever has waited for a row sees what is true by then, whatever is usual in this database.
      await run(CompiledQuery.raw('begin isolation level read committed'))
      inTransaction = true
    },
    async end(sql) {
      inTransaction = false
      // It is closed then, and the server rolls back.
      if (sql === 'rollback' && !isUsable) return
      await run(CompiledQuery.raw(sql))
    },
    release: () => client.release(!isUsable),
  }
}

async function execute<Row>(
  client: PoolClient,
  query: CompiledQuery,
  name = preparedName(query),
): Promise<QueryResult<Row>> {
  const { command, rowCount, rows } = await client.query({
    text: query.sql,
    values: [...query.parameters],
    ...(name && { name }),
  })
  const isChange = ['INSERT', 'UPDATE', 'DELETE'].includes(command)
  return { rows, ...(isChange && { numAffectedRows: BigInt(rowCount ?? 0) }) }
}

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html) and classes of them that another transaction causes. */
const conflict = [
  // What was there, or was not, when it was looked at: after another look, the statements before decide.
  /^2350[35]$/,
  /^40(?!003$)/,
]
/** What tells of the server, the connection, a lock or its time, and not of the statement. */
const unavailable = [
  /^08/,
  /^25006$/,
  /^28/,
  /^3D000$/,
  // Nobody knows whether it has been committed: once more could be once too often.
  /^40003$/,
  /^53/,
  /^55P0[34]$/,
  /^57/,
  /^58/,
  /^25P03$/,
]
/** After these the connection is as good as before. */
const passing = [/^55P03$/, /^57014$/]

/** Whether somebody else has what was waited for. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreUnavailable && sqlStateOf(error.cause) === '55P03'
}

function storeError(error: unknown): unknown {
  const code = sqlStateOf(error)
  if (code === undefined) {
    // All that does not come from the server comes from the way to it, or is a mistake.
    const isMistake = error instanceof TypeError || error instanceof RangeError
    return isMistake ? error : new StoreUnavailable(named(error))
  }
  if (matches(code, conflict)) return new TransactionConflict(error)
  return matches(code, unavailable) ? new StoreUnavailable(error) : error
}

/** OpenSSL's codes for an authority that it does not know. Node's own text speaks of other settings than ours. */
const unknownAuthority = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

function named(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!unknownAuthority.includes(code)) return error
  return new Error(
    `no authority that is known here vouches for its certificate (${code}): name a file with its authority as sslrootcert in DATABASE_URL`,
    { cause: error },
  )
}

function staysUsable(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code !== undefined && (!matches(code, unavailable) || matches(code, passing))
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

function matches(code: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(code))
}
