/** Kysely over `node:sqlite`: one connection, durable commits, one transaction at a time. Other processes that write do not block reads. */
import { chmodSync, closeSync, openSync, readSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { InvalidSetting } from '../config/config.ts'
import { StoreUnavailable } from './errors.ts'
import { createScope, type TransactionScope } from './transaction-scope.ts'

/** The size of the cache of prepared statements. A process uses fewer, apart from statements generated at run time. */
const maxStatements = 200
/** The time to wait for the write lock of another process. */
const maxWaitMs = 2000
/** The longest pause between two attempts to get the lock. */
const maxPauseMs = 32

/** Opens or creates the file, readable by its owner only. */
export function openSqlite(file: string): DatabaseSync {
  const database = open(file)
  try {
    // WAL: readers do not wait for writers.
    // FULL: a commit survives a power loss. A revoked token must not become valid again.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    // From here on SQLite must not wait itself: that would block the event loop.
    database.exec('PRAGMA busy_timeout = 0')
    return database
  } catch (error) {
    database.close()
    throw storeError(error)
  }
}

/**
 * Locks the file against all other connections, including other processes. False if there is one: in WAL mode every open
 * connection has a shared lock on the file.
 */
export function lockExclusively(database: DatabaseSync): boolean {
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; begin immediate; rollback')
    return true
  } catch (error) {
    if (isBusy(error)) return false
    throw storeError(error)
  }
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') {
      requireSqlite(file)
      chmodSync(file, 0o600)
    }
    return new DatabaseSync(file, { timeout: maxWaitMs, enableForeignKeyConstraints: true })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidSetting(`the database ${file} cannot be opened: ${reason}`, { cause: error })
  }
}

/** Creates the file if it does not exist. Throws if it is not a database: the mode of such a file must not change. */
function requireSqlite(file: string): void {
  const descriptor = openSync(file, 'a+', 0o600)
  const head = Buffer.alloc(16)
  const length = readSync(descriptor, head, 0, head.length, 0)
  closeSync(descriptor)
  if (length > 0 && head.toString('latin1') !== 'SQLite format 3\0')
    throw new Error('not a SQLite database')
}

class Compiler extends SqliteQueryCompiler {
  /** SQLite has no row locks: a writer locks the whole database. */
  protected override visitSelectModifier(node: SelectModifierNode): void {
    const { modifier = '' } = node
    const isLock = ['ForUpdate', 'ForShare', 'SkipLocked'].includes(modifier)
    if (!isLock) super.visitSelectModifier(node)
  }
}

class Adapter extends SqliteAdapter {
  /** SQLite can roll back a change of the schema: migrations run in one transaction. */
  override get supportsTransactionalDdl(): boolean {
    return true
  }

  /** Otherwise Kysely would block the connection while a caller waits for the write lock. The driver has its own lock. */
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

export function sqliteDialect(database: DatabaseSync, scope = createScope()): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => driver(database, scope),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new Compiler(),
  }
}

function driver(database: DatabaseSync, scope: TransactionScope): Driver {
  const lock = createLock()
  const connection = connectionTo(database, lock)
  const run = (sql: string) => async () => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  return {
    init: async () => {},
    acquireConnection: async () => {
      scope.requireOutside()
      await lock.take()
      return connection
    },
    releaseConnection: async () => lock.release(),
    // A plain `begin` takes the write lock only at the first write, and may then fail immediately.
    beginTransaction: run('begin immediate'),
    commitTransaction: run('commit'),
    // With a full disk SQLite has rolled back already: a second rollback would fail and hide the cause.
    rollbackTransaction: async () => (database.isTransaction ? await run('rollback')() : undefined),
    destroy: async () => {},
  }
}

interface Statement {
  readonly statement: StatementSync
  readonly isReader: boolean
}

function connectionTo(database: DatabaseSync, lock: Lock): DatabaseConnection {
  const statements = new Map<string, Statement>()

  function prepare(sql: string): Statement {
    const known = statements.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    const made = { statement, isReader: statement.columns().length > 0 }
    if (statements.size < maxStatements) statements.set(sql, made)
    return made
  }

  function execute<Row>({ sql, parameters }: CompiledQuery): QueryResult<Row> {
    const { statement, isReader } = prepare(sql)
    const values = parameters as readonly SQLInputValue[]
    if (isReader) return { rows: statement.all(...values) as Row[] }
    const { changes } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }

  return {
    executeQuery: async <Row>(query: CompiledQuery): Promise<QueryResult<Row>> => {
      try {
        return await withBusyRetry(() => execute<Row>(query))
      } catch (error) {
        throw storeError(error)
      }
    },
    streamQuery: () => {
      throw new Error('streaming is not supported')
    },
  }

  /**
   * Retries while another process has the write lock. Between attempts other callers may use the connection, so that reads do
   * not wait; not within a transaction.
   */
  async function withBusyRetry<Result>(attempt: () => Result): Promise<Result> {
    const deadline = performance.now() + maxWaitMs
    for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
      try {
        return attempt()
      } catch (error) {
        if (!isBusy(error) || database.isTransaction || performance.now() > deadline) throw error
        lock.release()
        await setTimeout(pauseMs)
        await lock.take()
      }
    }
  }
}

/** Primary result codes (sqlite.org/rescode.html) of errors of the file, the disk or a lock, not of the query. */
const unavailable = new Set([5, 6, 8, 10, 11, 13, 14, 26])

function storeError(error: unknown): unknown {
  return isUnavailable(error) ? new StoreUnavailable(error) : error
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  // The database is closed.
  if (error.code === 'ERR_INVALID_STATE') return true
  return unavailable.has(primaryCode(error))
}

function isBusy(error: unknown): boolean {
  return primaryCode(error) === 5
}

/** The low byte of an extended result code; 0 if the error is not from SQLite. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error && 'errcode' in error)) return 0
  return typeof error.errcode === 'number' ? error.errcode & 0xff : 0
}

type Lock = ReturnType<typeof createLock>

/** A FIFO lock. */
function createLock() {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    async take(): Promise<void> {
      if (taken) return await new Promise((proceed) => waiting.push(proceed))
      taken = true
    },
    release(): void {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}
