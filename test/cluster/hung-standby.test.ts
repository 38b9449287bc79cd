/** The synchronous standby of PostgreSQL hangs: no commit is acknowledged until it returns. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest'
import { printSeed, rounds, seed } from '../faults/chance.ts'
import { missingPostgresTools, postgresTools } from '../harness/installed-postgres.ts'
import { hasPgbouncer, missingPgbouncer, startPgbouncer } from '../harness/pgbouncer.ts'
import { type FaultFigures, figuresOf, total, unexpected } from './fault-figures.ts'
import { createClients } from './load.ts'
import { type PostgresCluster, postgresCluster } from './postgres-cluster.ts'
import { connectionsPerServer, startReplicas } from './replicas.ts'

/** Longer than the timeouts of a request, twice. */
const hangMs = 4_000
const clientCount = 24

async function viaPgbouncer(postgresUrl: string): Promise<string> {
  const { url, stop } = await startPgbouncer(postgresUrl)
  onTestFinished(stop)
  return url
}

const direct = { title: '', isMissing: !postgresTools, via: async (url: string) => url }
const pooled = {
  title: `, through PgBouncer in transaction mode${missingPgbouncer}`,
  isMissing: !postgresTools || !hasPgbouncer,
  via: viaPgbouncer,
}

let cluster: PostgresCluster
beforeAll(async () => {
  if (postgresTools) cluster = await postgresCluster(postgresTools)
})
afterAll(() => cluster?.remove())

/** The greatest number of connections in this time. */
async function mostConnections(ms: number): Promise<number> {
  const end = performance.now() + ms
  let most = 0
  while (performance.now() < end) {
    most = Math.max(most, await cluster.connections())
    await pause(100)
  }
  return most
}

describe.each([direct, pooled])(
  `three servers on a PostgreSQL whose synchronous standby hangs$title${missingPostgresTools}`,
  ({ title, isMissing, via }) => {
    it.skipIf(isMissing)(
      `lose no acknowledged change, end no session, and serve all reads, ${rounds} times [J16]`,
      async () => {
        onTestFailed(() => printSeed('cluster/hung-standby', 'test:world'))
        onTestFinished(() => cluster.resumeStandby())
        const servers = await startReplicas(await via(cluster.primaryUrl()))
        const clients = await createClients(
          title ? 'pooled' : 'direct',
          clientCount,
          servers.map(({ url }) => url),
        )
        const seen: FaultFigures[] = []
        const faults: string[] = []
        let connections = 0
        for (let round = 1; round <= rounds; round++) {
          const load = clients.start()
          await load.progress(2 * clientCount)
          const began = performance.now()
          cluster.hangStandby()
          connections = Math.max(connections, await mostConnections(hangMs))
          const over = performance.now()
          cluster.resumeStandby()
          await load.progress(2 * clientCount)
          await load.stop()
          seen.push(figuresOf(load.attempts, [began, over]))
          faults.push(...(await clients.violations()), ...unexpected(load.attempts))
        }
        const all = total(seen)
        process.stdout.write(
          `${rounds} hangs of a synchronous standby${title}: ${clients.acknowledged()} changes kept; ` +
            `${all.reads} reads served meanwhile, ${all.readsRefused} refused, ${connections} connections; ` +
            `first write ${all.firstWriteMs} ms after its return, ${all.writesRefusedAfter} refused after it (seed ${seed})\n`,
        )
        expect(faults).toEqual([])
        expect(all.readsRefused).toBe(0)
        expect(all.reads).toBeGreaterThan(rounds * servers.length)
        expect(connections).toBeLessThanOrEqual(servers.length * (connectionsPerServer + 1))
        expect(all.writesRefusedFirst).toBe(0)
        expect(all.writesRefusedAfter).toBeLessThan(rounds * clientCount)
      },
      60_000 + 60_000 * rounds,
    )
  },
)
