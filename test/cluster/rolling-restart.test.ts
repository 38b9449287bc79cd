/** Three servers behind nginx are restarted one after the other, as in an upgrade. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it, onTestFailed, onTestFinished } from 'vitest'
import { printSeed } from '../faults/chance.ts'
import { freePort, type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { hasNginx, missingNginx, siteWith, startNginx } from '../harness/nginx.ts'
import { hasPostgres } from '../harness/postgres-binaries.ts'
import { createClients } from './load.ts'
import { startReplica, startReplicas } from './replicas.ts'

/** Stopped after the test. */
async function nginxBefore(servers: readonly number[], own: number): Promise<void> {
  const site = siteWith('location / { proxy_pass http://tessera; }', { own, servers })
  onTestFinished(await startNginx(site, own))
}

async function greeter(port: number): Promise<Server> {
  const server = createServer((_req, res) => res.setHeader('Connection', 'close').end('hello'))
  await once(server.listen(port, '127.0.0.1'), 'listening')
  return server
}

const clientCount = 8
const passes = 2

describe.skipIf(!hasNginx || !hasPostgres)(
  `three servers behind the nginx of the handbook${missingNginx}`,
  () => {
    let postgres: RunningPostgres
    beforeAll(async () => {
      postgres = await startPostgres()
    })
    afterAll(() => postgres?.remove())

    it('fail no request while they are restarted one after the other [J12]', async () => {
      onTestFailed(() => printSeed('cluster/rolling-restart', 'test:world'))
      const [own, ...ports] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
      // As in the handbook: longer than nginx keeps idle connections.
      const common = { TRUST_PROXY: '127.0.0.1', DRAIN_SECONDS: '8' }
      const places = ports.map((port) => ({ ...common, PORT: String(port) }))
      const servers = await startReplicas(postgres.url, places)
      await nginxBefore(ports, own)
      const clients = await createClients('client', clientCount, [`http://127.0.0.1:${own}`])
      const load = clients.start()
      for (let pass = 1; pass <= passes; pass++)
        for (const [n, place] of places.entries()) {
          await load.progress(clientCount)
          expect(await servers[n]?.end('SIGTERM')).toBe(0)
          await load.progress(clientCount)
          servers[n] = await startReplica(postgres.url, place)
        }
      await load.stop()
      const failed = load.attempts.filter(({ status }) => status === 0 || status >= 400)
      process.stdout.write(
        `${passes * places.length} restarts behind nginx: ${load.attempts.length} requests, ${failed.length} failed\n`,
      )
      expect(failed).toEqual([])
      expect(await clients.violations()).toEqual([])
    }, 300_000)
  },
)

it.skipIf(!hasNginx)(
  `the nginx of the handbook uses a server again at once after its restart${missingNginx} [J12]`,
  async () => {
    const [own, ...ports] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
    const servers = await Promise.all(ports.map(greeter))
    await nginxBefore(ports, own)
    const statuses: number[] = []
    for (const [n, port] of ports.entries()) {
      servers[n]?.close()
      for (let request = 0; request < 6; request++)
        statuses.push((await fetch(`http://127.0.0.1:${own}/`, { method: 'POST' })).status)
      servers[n] = await greeter(port)
    }
    for (const server of servers) server.close()
    expect(statuses).toEqual(statuses.map(() => 200))
  },
)
