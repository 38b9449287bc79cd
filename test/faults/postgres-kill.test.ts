/** `kill -9` of PostgreSQL at a random moment while users write: of all its processes, or of one, which ends the others. */
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest'
import { isAnyAlive } from '../harness/alive.ts'
import { processesOf } from '../harness/command.ts'
import { ask as askPostgres, postgresSettings } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { printSeed, rounds, seed } from './chance.ts'
import { postgresDefectsOf } from './fault-database.ts'
import { ask, type FaultServer, serve } from './fault-server.ts'
import { expectUnavailable } from './johndoe.ts'
import { createWriters } from './writers.ts'

let postgres: RunningPostgres
beforeAll(async () => {
  postgres = await startPostgres({ fsync: 'on' })
})
afterAll(() => postgres.remove())

const ready = ({ url }: FaultServer) => ask(url, 'GET', '/readyz')

async function ended(pids: readonly number[]): Promise<void> {
  await expect.poll(() => isAnyAlive(pids), { timeout: 20_000 }).toBe(false)
}

async function killAll(server: FaultServer): Promise<void> {
  const first = postgres.pid()
  const pids = [first, ...processesOf({ pid: first })]
  for (const pid of pids) process.kill(pid, 'SIGKILL')
  await ended(pids)
  expectUnavailable(await ready(server))
  await postgres.start()
}

/** The main process then ends all others and restarts them. */
async function killOne(): Promise<void> {
  const pids = processesOf({ pid: postgres.pid() })
  const [row] = await askPostgres(
    { kind: 'postgres', url: postgres.url },
    "select pid from pg_stat_activity where application_name = 'tessera' order by state limit 1",
  )
  process.kill(Number(row?.pid), 'SIGKILL')
  await ended(pids)
}

describe.each([
  ['all processes', 'victim', killAll],
  ['one process', 'survivor', killOne],
])('a server whose PostgreSQL is killed during writes, %s', (what, name, kill) => {
  it(
    `keeps every acknowledged change, returns 503 during the outage, and recovers, ${rounds} times [J4]`,
    async () => {
      onTestFailed(() => printSeed('faults/postgres-kill'))
      const settings = { ...postgresSettings(postgres.url), REFRESH_GRACE_SECONDS: '300' }
      const server = await serve(postgres.url, { ...settings, WORKERS: '2' })
      let doubts = 0
      const writers = createWriters(name, (response) => {
        if (response?.status !== 503) return false
        expectUnavailable(response)
        doubts += 1
        return true
      })
      for (let round = 1; round <= rounds; round++) {
        const about = `round ${round}`
        const end = new AbortController()
        const writing = writers.write(server.url, end.signal)
        await Promise.race([writing, writers.randomMoment()])
        await kill(server)
        end.abort()
        await writing
        await expect.poll(async () => (await ready(server))?.status, { timeout: 20_000 }).toBe(200)
        expect(await postgresDefectsOf(postgres.url), about).toEqual([])
        expect(await writers.violations(server.url), about).toEqual([])
      }
      const acknowledged = writers.acknowledged()
      process.stdout.write(
        `${acknowledged} changes kept over ${rounds} kills of PostgreSQL, ${what} (${doubts} rejected, seed ${seed})\n`,
      )
      expect(acknowledged).toBeGreaterThan(rounds)
      expect(doubts).toBeGreaterThan(0)
    },
    60_000 + 30_000 * rounds,
  )
})
