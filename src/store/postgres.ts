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
  /** A statement or a lock that takes longer than a request may wait fails. */
  readonly requestTimeouts: boolean
}

/** In milliseconds. A request that cannot be served is answered within two seconds. */
const limits = {
  statement_timeout: 1_500,
  lock_timeout: 1_500,
  idle_in_transaction_session_timeout: 10_000,
  // For a database that no longer answers, and cannot keep time itself.
  query_timeout: 1_800,
} as const satisfies PoolConfig

export function openPool(url: string, { connections, requestTimeouts }: PostgresOptions): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'tessera',
    max: connections,
    // A command waits for a busy database; a request is told to come again.
    connectionTimeoutMillis: requestTimeouts ? 1_500 : 10_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
    ...(requestTimeouts && limits),
  })
  // The pool replaces idle connections that fail; a failure of one in use reaches its user.
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
    // A certificate that it names cannot be read: connecting will report that.
    return false
  }
}

/** Migrates. Throws an `InvalidSetting` where the encoding is not UTF-8, or the user may not change the tables. */
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
  const connectionOf = (connection: DatabaseConnection): Connection => {
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
    // A single statement is a transaction of its own, which can be tried again.
    executeQuery: <Row>(query: CompiledQuery) =>
      inTransaction ? run<Row>(query) : withRetry(() => run<Row>(query)),
    streamQuery: () => {
      throw new Error('this store does not stream')
    },
    async begin() {
      // A statement that waited for a row sees its committed state, whatever the default of this database is.
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
  // A key that appeared or went after it was read: the next run reads again.
  /^2350[35]$/,
  /^40(?!003$)/,
]
/** SQLSTATEs that concern the server, the connection, a lock or a timeout, and not the statement. */
const unavailable = [
  /^08/,
  /^25006$/,
  /^28/,
  /^3D000$/,
  // Whether it was committed is unknown: a retry could apply it twice.
  /^40003$/,
  /^53/,
  /^55P0[34]$/,
  /^57/,
  /^58/,
  /^25P03$/,
]
/** After these the connection stays usable. */
const keepConnection = [/^55P03$/, /^57014$/]

/** Whether a lock was waited for in vain. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreUnavailable && sqlStateOf(error.cause) === '55P03'
}

function storeError(error: unknown): unknown {
  const code = sqlStateOf(error)
  if (code === undefined) {
    // What does not come from the server comes from the connection to it, or is a defect.
    const isDefect = error instanceof TypeError || error instanceof RangeError
    return isDefect ? error : new StoreUnavailable(withAdvice(error))
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

function withAdvice(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!unknownAuthority.includes(code)) return error
  return new Error(
    `no authority that is known here vouches for its certificate (${code}): name a file with its authority as sslrootcert in DATABASE_URL`,
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
