/** Kysely over `node:sqlite`: one connection, durable commits, and a lock around each transaction. */
import { chmodSync, closeSync, openSync, readSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { InvalidSetting } from '../config.ts'
import { ServiceUnavailable } from '../contract/refusal.ts'

/** The statements a process uses are few and fixed; more than this are made up as it goes. */
const keptStatements = 200
const mostWaitingMs = 2000

/** Opens the file, or makes it, readable by its owner alone. */
export function openSqlite(file: string): DatabaseSync {
  const database = open(file)
  // FULL: a commit that was acknowledged survives a power loss. A revoked token must not come back.
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  return database
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') {
      requireSqlite(file)
      chmodSync(file, 0o600)
    }
    return new DatabaseSync(file, { timeout: 20, enableForeignKeyConstraints: true })
  } catch (error) {
    throw new InvalidSetting(`DATABASE_URL ${file} cannot be opened`, { cause: error })
  }
}

/** Makes the file where there is none. Throws where it is something else: nobody's file is to change its mode. */
function requireSqlite(file: string): void {
  const descriptor = openSync(file, 'a+', 0o600)
  const head = Buffer.alloc(16)
  const length = readSync(descriptor, head, 0, head.length, 0)
  closeSync(descriptor)
  if (length > 0 && head.toString('latin1') !== 'SQLite format 3\0')
    throw new Error('it is no SQLite database')
}

/** SQLite can roll a change of the schema back: migrations run in one transaction, and servers that start at once wait for it. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

export function sqliteDialect(database: DatabaseSync): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => driver(database),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function driver(database: DatabaseSync): Driver {
  const connection = connectionTo(database)
  const run = (sql: string) => async () => {
    await connection.executeQuery(CompiledQuery.raw(sql))
  }
  const lock = createLock()
  return {
    init: async () => {},
    acquireConnection: async () => {
      await lock.take()
      return connection
    },
    releaseConnection: async () => lock.release(),
    // A plain `begin` takes the write lock only at the first write, and may then fail for good.
    beginTransaction: run('begin immediate'),
    commitTransaction: run('commit'),
    rollbackTransaction: run('rollback'),
    destroy: async () => {},
  }
}

interface Statement {
  readonly statement: StatementSync
  readonly isReader: boolean
}

function connectionTo(database: DatabaseSync): DatabaseConnection {
  const statements = new Map<string, Statement>()

  function prepare(sql: string): Statement {
    const known = statements.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    const made = { statement, isReader: statement.columns().length > 0 }
    if (statements.size < keptStatements) statements.set(sql, made)
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
        return await patiently(() => execute<Row>(query))
      } catch (error) {
        throw isUnavailable(error)
          ? new ServiceUnavailable('The store does not answer', 1, error)
          : error
      }
    },
    streamQuery: () => {
      throw new Error('this store does not stream')
    },
  }
}

/** Primary result codes (sqlite.org/rescode.html) that tell of the file, the disk or a lock, and not of the query. */
const unavailable = new Set([5, 6, 8, 10, 11, 13, 14, 26])

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error && 'code' in error)) return false
  // The database is closed.
  if (error.code === 'ERR_INVALID_STATE') return true
  return unavailable.has(primaryCode(error))
}

/** Waits for another process's lock without holding up everybody: SQLite's own waiting would stop the event loop. */
async function patiently<Result>(attempt: () => Result): Promise<Result> {
  const deadline = performance.now() + mostWaitingMs
  for (;;) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
      await setTimeout(20)
    }
  }
}

function isBusy(error: unknown): boolean {
  return primaryCode(error) === 5
}

/** SQLite puts the kind of a BUSY or an IOERR above the low byte. 0: no error of SQLite. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error && 'errcode' in error)) return 0
  return typeof error.errcode === 'number' ? error.errcode & 0xff : 0
}

/** First come, first served. */
function createLock(): { take: () => Promise<void>; release: () => void } {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    async take() {
      if (taken) return new Promise((proceed) => waiting.push(proceed))
      taken = true
      return undefined
    },
    release() {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}
