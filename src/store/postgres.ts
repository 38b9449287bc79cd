/** Kysely over `pg`: a bounded pool, a timeout for every wait, and a `StoreUnavailable` for every connection error. */
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
  readonly maxConnections: number
  /** Whether statements and locks fail after the timeouts of a request. */
  readonly requestTimeouts: boolean
}

/** In milliseconds. A request that cannot be served gets a response within two seconds. */
const requestTimeoutConfig = {
  statement_timeout: 1_500,
  lock_timeout: 1_500,
  idle_in_transaction_session_timeout: 10_000,
  // On the client's side, for a database that no longer responds.
  query_timeout: 1_800,
} as const satisfies PoolConfig

export function openPool(url: string, { maxConnections, requestTimeouts }: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'tessera',
    max: maxConnections,
    // A command waits for a busy database; a request gets a 503 with Retry-After.
    connectionTimeoutMillis: requestTimeouts ? 1_500 : 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
    ...(requestTimeouts && requestTimeoutConfig),
  })
  // The pool replaces idle connections that fail. Queries on a failed connection reject.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** Whether connections to another machine are not encrypted, as `pg` reads the URL and the environment, and the URL does not say so. */
export function isUnencrypted(url: string): boolean {
  if (/[?&]sslmode=disable(&|$)/.test(url)) return false
  try {
    const { host, ssl } = new Client({ connectionString: url })
    return !ssl && !host.startsWith('/') && !isLoopback(host)
  } catch {
    // The URL names a certificate that cannot be read: connecting reports that.
    return false
  }
}

/** Throws an `InvalidSetting` if the encoding is not UTF-8 or the user may not change the tables. */
export async function migrateAsOwner<Result>(
  db: Kysely<Schema>,
  migrate: () => Promise<Result>,
): Promise<Result> {
  const { rows } = await sql<{ server_encoding: string }>`show server_encoding`.execute(db)
  const encoding = rows[0]?.server_encoding
  if (encoding !== 'UTF8')
    throw new InvalidSetting(
      `the encoding of the database in DATABASE_URL is ${encoding}: create one with createdb --encoding=UTF8 --template=template0`,
    )
  try {
    return await migrate()
  } catch (error) {
    if (sqlStateOf(error) !== '42501') throw error
    throw new InvalidSetting(
      'the user in DATABASE_URL may not change the tables: make it the owner of the database and of its tables',
      { cause: error },
    )
  }
}

/** `bigint` columns as numbers: times and counts are far below 2^53. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format as 'text')

class Adapter extends PostgresAdapter {
  // `migrate.ts` locks a row instead: not every PostgreSQL-compatible database has advisory locks.
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
  const connectionOf = (connection: DatabaseConnection): Connection => {
    const own = taken.get(connection)
    if (!own) throw new Error('the connection belongs to a different store')
    return own
  }
  return {
    init: async () => {},
    acquireConnection: async () => {
      const connection = connectionOver(await connect(pool))
      taken.set(connection, connection)
      return connection
    },
    releaseConnection: async (connection) => connectionOf(connection).release(),
    beginTransaction: (connection) => connectionOf(connection).begin(),
    commitTransaction: (connection) => connectionOf(connection).end('commit'),
    rollbackTransaction: (connection) => connectionOf(connection).end('rollback'),
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
      // A migration has added a column since this statement was prepared: a new connection prepares it again.
      if (sqlStateOf(error) === '0A000' && preparedName(query) && !inTransaction) {
        isUsable = false
        return await execute<Row>(client, query, '')
      }
      isUsable &&= staysUsable(error)
      throw storeError(error)
    }
  }

  return {
    // Outside a transaction a statement is committed by itself and can be retried.
    executeQuery: <Row>(query: CompiledQuery) =>
      inTransaction ? run<Row>(query) : withRetry(() => run<Row>(query)),
    streamQuery: () => {
      throw new Error('streaming is not supported')
    },
    async begin() {
      // Explicit, in case the database has a different default: a statement that waited for a row sees its committed state.
      await run(CompiledQuery.raw('begin isolation level read committed'))
      inTransaction = true
    },
    async end(sql) {
      inTransaction = false
      // `release` closes the connection, and the server rolls back.
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

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html) that a concurrent transaction causes. */
const conflict = [
  // A key was added or deleted after it was read: a retry reads again.
  /^2350[35]$/,
  /^40(?!003$)/,
]
/** SQLSTATEs that concern the server, the connection, a lock or a timeout, not the statement. */
const unavailable = [
  /^08/,
  /^25006$/,
  /^28/,
  /^3D000$/,
  // It is unknown whether the transaction was committed: a retry could apply it twice.
  /^40003$/,
  /^53/,
  /^55P0[34]$/,
  /^57/,
  /^58/,
  /^25P03$/,
]
/** SQLSTATEs of `unavailable` after which the connection stays usable. */
const keepConnection = [/^55P03$/, /^57014$/]

/** Whether the error is an expired `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreUnavailable && sqlStateOf(error.cause) === '55P03'
}

function storeError(error: unknown): unknown {
  const code = sqlStateOf(error)
  if (code === undefined) {
    // An error without a SQLSTATE comes from the connection, or is a defect.
    const isDefect = error instanceof TypeError || error instanceof RangeError
    return isDefect ? error : new StoreUnavailable(withAdvice(error))
  }
  if (matches(code, conflict)) return new TransactionConflict(error)
  return matches(code, unavailable) ? new StoreUnavailable(error) : error
}

/** OpenSSL's codes for an unknown certificate authority. Node's message refers to settings that do not apply here. */
const unknownAuthority = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

function withAdvice(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!unknownAuthority.includes(code)) return error
  return new Error(
    `unknown certificate authority (${code}): set sslrootcert in DATABASE_URL to a file with its certificate`,
    { cause: error },
  )
}

function staysUsable(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code !== undefined && (!matches(code, unavailable) || matches(code, keepConnection))
}

function sqlStateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

function matches(code: string, patterns: readonly RegExp[]): boolean {
  return patterns.some((pattern) => pattern.test(code))
}
