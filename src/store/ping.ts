/** Whether the store can do its work. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../config/config.ts'
import { StoreUnavailable } from './errors.ts'
import type { Schema } from './schema.ts'

/** Resolves where the database answers, and takes what is written. Throws a `StoreUnavailable`. */
export async function ping({ kind }: Database, db: Kysely<Schema>): Promise<void> {
  if (kind === 'sqlite') return void (await sql`select 1`.execute(db))
  // After a failover the old primary may go on answering who only reads. Drivers ask so too: all that is called PostgreSQL knows it.
  const { rows } = await sql<ReadOnly>`show transaction_read_only`.execute(db)
  if (rows[0]?.transaction_read_only === 'on')
    throw new StoreUnavailable('the database can only be read: transaction_read_only is on')
}

interface ReadOnly {
  readonly transaction_read_only: string
}
