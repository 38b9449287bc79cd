/** Names the process of PostgreSQL that serves a connection, and finds out which of them exist. */
import type { QueryConfig } from 'pg'
import type { PooledConnection } from './postgres-pool.ts'

/** Also when a server was restarted, or another one has taken its place. */
const uniqueName = "pid || ' ' || extract(epoch from backend_start)"

export const describeSession = `select pg_backend_pid() as pid, current_setting('transaction_read_only') as read_only,
  (select ${uniqueName} from pg_stat_activity where pid = pg_backend_pid()) as process`

export interface Session {
  readonly pid: number
  readonly read_only: 'on' | 'off'
  readonly process: string
}

/**
 * Returns the processes that exist. Ends those of `givenUp` that are idle: such a process has never received the statement of
 * its connection, which was cut, and would wait for it for hours.
 */
export async function findProcesses(
  connection: PooledConnection,
  givenUp: readonly string[],
): Promise<ReadonlySet<string>> {
  const query: QueryConfig = {
    text: `select name, case when state like 'idle%' and name = any($1) then pg_terminate_backend(pid) end
      from (select pid, state, ${uniqueName} as name from pg_stat_activity) as process`,
    values: [givenUp],
  }
  const { rows } = await connection.query(query, true)
  return new Set(rows.map(({ name }) => String(name)))
}
