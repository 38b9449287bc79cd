/** Three servers on one database, each a process of its own. */
import { type FaultServer, serve } from '../faults/fault-server.ts'
import { postgresSettings } from '../harness/database.ts'

export const connectionsPerServer = 5

const settings = {
  DATABASE_CONNECTIONS: String(connectionsPerServer),
  HASH_THREADS: '1',
  // The subject is not how long a login may wait on a busy machine.
  HASH_WAIT_SECONDS: '600',
  ACCOUNT_WRITES_PER_MINUTE: '1000000',
  // Shorter than the faults: clients repeat a refresh after its grace period.
  REFRESH_GRACE_SECONDS: '1',
}

/** Stopped after the test. */
export async function startReplicas(
  databaseUrl: string,
  more: readonly Readonly<Record<string, string>>[] = [{}, {}, {}],
): Promise<FaultServer[]> {
  const [first, ...others] = more.map((own) => () => startReplica(databaseUrl, own))
  if (!first) return []
  // It migrates the database.
  const started = await first()
  return [started, ...(await Promise.all(others.map((start) => start())))]
}

export async function startReplica(
  databaseUrl: string,
  own: Readonly<Record<string, string>>,
): Promise<FaultServer> {
  return await serve(databaseUrl, { ...postgresSettings(databaseUrl), ...settings, ...own })
}
