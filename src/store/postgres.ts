/** Kysely over `pg`: bounded connections, a timeout for every wait, and a `StoreUnavailable` for every connection error. */
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
import type { ClientConfig, types } from 'pg'
import { InvalidSetting, isLoopback } from '../config/config.ts'
import { postgresHosts } from '../config/postgres-url.ts'
import { StoreUnavailable } from './errors.ts'
import { pg } from './pg.ts'
import type { Use } from './places.ts'
import { connector } from './postgres-connect.ts'
import {
  isOfOtherSession,
  isOutdated,
  sqlStateOf,
  staysUsable,
  storeError,
} from './postgres-errors.ts'
import { createPool, type Pool, type PooledConnection } from './postgres-pool.ts'
import { preparedName } from './prepared.ts'
import type { Schema, UnixMs } from './schema.ts'
import { withRetry } from './transaction.ts'
import { createScope, type TransactionScope } from './transaction-scope.ts'

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
} as const satisfies ClientConfig

/** Above the timeout of a statement: for a commit, which has none, and a database that no longer responds. */
const maxAnswerMs = 1_800

export function openPool(url: string, { maxConnections, requestTimeouts }: PostgresOptions): Pool {
  const config: ClientConfig = {
    application_name: 'tessera',
    // A connection whose peer has died ends after 20 seconds, unless data is on its way: Node sends ten probes, one a second.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
    ...(requestTimeouts && requestTimeoutConfig),
  }
  // A command waits for a busy database; a request gets a 503 with Retry-After.
  const waitMs = requestTimeouts ? 1_500 : 10_000
  return createPool(connector(url, config, waitMs), {
    max: maxConnections,
    // Two are left for reads while writes hang.
    maxWrites: requestTimeouts ? Math.max(1, maxConnections - 2) : maxConnections,
    waitMs,
    answerMs: requestTimeouts ? maxAnswerMs : undefined,
  })
}

/** Whether connections to another machine are not encrypted, as `pg` reads the URL and the environment, and the URL does not say so. */
export function isUnencrypted(url: string): boolean {
  if (/[?&]sslmode=disable(&|$)/.test(url)) return false
  try {
    return postgresHosts(url).urls.some((connectionString) => {
      const { host, ssl } = new (pg().Client)({ connectionString })
      return !ssl && !host.startsWith('/') && !isLoopback(host)
    })
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
    // An own migration that fails is the cause of an error that names it.
    const cause = error instanceof Error ? error.cause : undefined
    if (![error, cause].some((each) => sqlStateOf(each) === '42501')) throw error
    throw new InvalidSetting(
      'the user in DATABASE_URL may not change the tables: make it the owner of the database and of its tables',
      { cause: error },
    )
  }
}

/** Throws a `StoreUnavailable` if the database does not accept writes: its connections are then replaced. */
export async function requireWrites(db: Kysely<Schema>, pool: Pool): Promise<void> {
  // After a failover the old primary may still serve reads. PostgreSQL-compatible databases support this statement: drivers use it.
  const setting = sql<{ transaction_read_only: string }>`show transaction_read_only`
  const { rows } = await setting.execute(db)
  if (rows[0]?.transaction_read_only !== 'on') return
  pool.replaceAll()
  throw new StoreUnavailable('the database is read-only: transaction_read_only is on')
}

/** Not `now()`, which is constant in a transaction. */
export async function databaseClock(db: Kysely<Schema>): Promise<UnixMs | undefined> {
  const clock = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
  const row = await db.selectNoFrom(clock.as('now')).executeTakeFirst()
  return row?.now
}

/** `bigint` columns as numbers: times and counts are far below 2^53. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  oid === pg().types.builtins.INT8 ? Number : pg().types.getTypeParser(oid, format as 'text')

class Adapter extends PostgresAdapter {
  // `migrate.ts` locks a row instead: not every PostgreSQL-compatible database has advisory locks.
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

export function postgresDialect(pool: Pool, scope = createScope()): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => driver(pool, scope),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

interface Connection extends DatabaseConnection {
  begin(): Promise<void>
  end(sql: 'commit' | 'rollback'): Promise<void>
  release(): void
}

function driver(pool: Pool, scope: TransactionScope): Driver {
  // Whether a session still has what was prepared on its connection: behind a pooler, each statement may get a different session.
  const sessions = { keepStatements: true }
  return {
    init: async () => {},
    acquireConnection: async () => {
      scope.requireOutside()
      return connectionOver(pool, sessions)
    },
    // Kysely passes what it has acquired.
    releaseConnection: async (connection: Connection) => connection.release(),
    beginTransaction: (connection: Connection) => connection.begin(),
    commitTransaction: (connection: Connection) => connection.end('commit'),
    rollbackTransaction: (connection: Connection) => connection.end('rollback'),
    destroy: async () => {},
  }
}

/** Is connected with its first statement, which says whether it writes. */
function connectionOver(pool: Pool, sessions: { keepStatements: boolean }): Connection {
  let pooled: PooledConnection | undefined
  let inTransaction = false
  let isUsable = true
  let lastError: unknown

  async function run<Row>(query: CompiledQuery, use: Use): Promise<Executed<Row>> {
    pooled ??= await pool.take(use)
    // A write outside a transaction commits too.
    const mayBeCanceled = inTransaction || use === 'read'
    const name = sessions.keepStatements ? preparedName(query) : undefined
    try {
      return await execute<Row>(pooled, query, mayBeCanceled, name)
    } catch (error) {
      if (name && !inTransaction && isOutdated(error)) {
        // A new connection prepares it again, unless sessions do not keep it.
        isUsable = false
        sessions.keepStatements &&= !isOfOtherSession(error)
        return await execute<Row>(pooled, query, mayBeCanceled)
      }
      isUsable &&= staysUsable(error)
      lastError = error
      throw storeError(error)
    }
  }

  return {
    // Outside a transaction a statement is committed by itself and can be retried.
    executeQuery: <Row>(query: CompiledQuery) =>
      inTransaction ? run<Row>(query, 'write') : withRetry(() => run<Row>(query, useOf(query))),
    streamQuery: () => {
      throw new Error('streaming is not supported')
    },
    async begin() {
      // Explicit, in case the database has a different default: a statement that waited for a row sees its committed state.
      await run(CompiledQuery.raw('begin isolation level read committed'), 'write')
      inTransaction = true
    },
    async end(sql) {
      inTransaction = false
      // `release` closes the connection, and the server rolls back.
      if (sql === 'rollback' && !isUsable) return
      const { command } = await run(CompiledQuery.raw(sql), 'write')
      // After a statement that has failed, the database answers a commit with a rollback.
      if (command.toLowerCase() !== sql)
        throw new Error(
          'the transaction was rolled back, because a statement in it has failed: throw its error',
          { cause: lastError },
        )
    },
    release: () => pooled?.release(isUsable),
  }
}

function useOf({ sql }: CompiledQuery): Use {
  return /^\s*(select|show)\b/i.test(sql) ? 'read' : 'write'
}

interface Executed<Row> extends QueryResult<Row> {
  /** The first word of the statement, in capitals, as the database has understood it. */
  readonly command: string
}

async function execute<Row>(
  connection: PooledConnection,
  query: CompiledQuery,
  mayBeCanceled: boolean,
  name?: string,
): Promise<Executed<Row>> {
  const text = { text: query.sql, values: [...query.parameters], ...(name && { name }) }
  const { command, rowCount, rows } = await connection.query(text, mayBeCanceled)
  const isChange = ['INSERT', 'UPDATE', 'DELETE'].includes(command)
  return { command, rows, ...(isChange && { numAffectedRows: BigInt(rowCount ?? 0) }) }
}
