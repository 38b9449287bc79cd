/** The primary of PostgreSQL is killed, and its synchronous standby becomes the primary. */
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { printSeed, rounds, seed } from '../faults/chance.ts'
import { missingPostgresTools, postgresTools } from '../harness/installed-postgres.ts'
import { type FaultFigures, figuresOf, total, unexpected } from './fault-figures.ts'
import { createClients } from './load.ts'
import { type PostgresCluster, postgresCluster } from './postgres-cluster.ts'
import { startReplicas } from './replicas.ts'

/** Longer than the timeouts of a request: a commit that waits for the standby must not be acknowledged. */
const hangMs = 2_500
const clientCount = 12

describe.skipIf(!postgresTools)(
  `three servers on a PostgreSQL whose primary is killed${missingPostgresTools}`,
  () => {
    let cluster: PostgresCluster
    beforeAll(async () => {
      cluster = await postgresCluster(postgresTools ?? '')
    })
    afterAll(() => cluster?.remove())

    it(
      `find the new primary, lose no acknowledged change and end no session, ${rounds} times [J16]`,
      async () => {
        onTestFailed(() => printSeed('cluster/killed-primary', 'test:world'))
        const servers = await startReplicas(cluster.url)
        const urls = servers.map(({ url }) => url)
        const clients = await createClients('client', clientCount, urls)
        const seen: FaultFigures[] = []
        const faults: string[] = []
        for (let round = 1; round <= rounds; round++) {
          const load = clients.start()
          await load.progress(2 * clientCount)
          const began = performance.now()
          // In every second round the standby hangs before.
          if (round % 2 === 0) {
            cluster.hangStandby()
            await pause(hangMs)
          }
          await cluster.failOver()
          const over = performance.now()
          await load.progress(2 * clientCount)
          await load.stop()
          seen.push(figuresOf(load.attempts, [began, over]))
          faults.push(...(await clients.violations()), ...unexpected(load.attempts))
          await cluster.addStandby()
        }
        const { firstWriteMs, writesRefusedAfter } = total(seen)
        process.stdout.write(
          `${rounds} kills of a primary: ${clients.acknowledged()} changes kept; first write ${firstWriteMs} ms after ` +
            `the promotion, ${writesRefusedAfter} refused after it (seed ${seed})\n`,
        )
        expect(faults).toEqual([])
        expect(writesRefusedAfter).toBeLessThan(rounds * clientCount)
      },
      60_000 + 60_000 * rounds,
    )
  },
)
