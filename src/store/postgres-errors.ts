/** Which errors of `pg` are conflicts, which are outages, and after which a connection stays usable. */
import { StoreUnavailable, TransactionConflict } from './errors.ts'
import { pg } from './pg.ts'

/** SQLSTATEs (postgresql.org/docs/current/errcodes-appendix.html). A key was added or deleted after it was read: a retry reads again. */
const violatedKey = /^2350[35]/
/** Those that a concurrent transaction causes. */
const conflict = /^(2350[35]|40(?!003))/
/**
 * Those that concern the server, the connection, a lock or a timeout, not the statement. After 40003 it is unknown whether the
 * transaction was committed: a retry could apply it twice.
 */
const unavailable = /^(08|25006|25P03|28|3D000|40003|53|55P0[34]|57|58)/
/** Those of `unavailable` after which the connection stays usable. */
const keepConnection = /^(55P03|57014)/

/** Whether the error is an expired `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof StoreUnavailable && sqlStateOf(error.cause) === '55P03'
}

/** Whether a statement has violated a unique or a foreign key. */
export function isViolatedKey(error: unknown): boolean {
  return violatedKey.test(sqlStateOf(error) ?? '')
}

/** Whether a prepared statement is of no use: a migration has added a column since, or see `isOfOtherSession`. */
export function isOutdated(error: unknown): boolean {
  return sqlStateOf(error) === '0A000' || isOfOtherSession(error)
}

/** Whether the session has no prepared statement of this name, or one that a different client prepared. */
export function isOfOtherSession(error: unknown): boolean {
  return ['26000', '42P05'].includes(sqlStateOf(error) ?? '')
}

/** Whether the server does not accept writes: it is a standby, or has become one. */
export function isReadOnly(error: unknown): boolean {
  return sqlStateOf(error) === '25006'
}

export function storeError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error
  const code = sqlStateOf(error)
  if (code === undefined) {
    // An error without a SQLSTATE comes from the connection, or is a defect.
    const isDefect = error instanceof TypeError || error instanceof RangeError
    return isDefect ? error : new StoreUnavailable(withAdvice(error))
  }
  if (conflict.test(code)) return new TransactionConflict(error)
  return unavailable.test(code) ? new StoreUnavailable(error) : error
}

export function staysUsable(error: unknown): boolean {
  const code = sqlStateOf(error)
  return code !== undefined && (!unavailable.test(code) || keepConnection.test(code))
}

export function sqlStateOf(error: unknown): string | undefined {
  return error instanceof pg().DatabaseError ? error.code : undefined
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
  // The words of `pg` for a password that is asked for and was not given.
  if (error instanceof Error && error.message.includes('client password must be a string'))
    return new Error('it asks for a password: set it in DATABASE_URL or PGPASSWORD', {
      cause: error,
    })
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!unknownAuthority.includes(code)) return error
  return new Error(
    `unknown certificate authority (${code}): set sslrootcert in DATABASE_URL to a file with its certificate`,
    { cause: error },
  )
}
