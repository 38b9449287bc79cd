/** The check of the database behind `/readyz`. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../config/config.ts'
import { StoreUnavailable } from './errors.ts'
import type { Schema } from './schema.ts'

/** Throws a `StoreUnavailable` if the database does not respond or does not accept writes; in the second case it calls `onReadOnly`. */
export async function ping(
  { kind }: Database,
  db: Kysely<Schema>,
  onReadOnly: () => void,
): Promise<void> {
  if (kind === 'sqlite') return void (await sql`select 1`.execute(db))
  // After a failover the old primary may still serve reads. PostgreSQL-compatible databases support this statement: drivers use it.
  const { rows } = await sql<ReadOnly>`show transaction_read_only`.execute(db)
  if (rows[0]?.transaction_read_only !== 'on') return
  onReadOnly()
  throw new StoreUnavailable('the database is read-only: transaction_read_only is on')
}

interface ReadOnly {
  readonly transaction_read_only: string
}
