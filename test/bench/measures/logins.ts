/** Target 3: a login costs little more than its hash. */
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import {
  bcryptCost,
  betterAuth,
  expressOAuthServer,
  type SecuredContender,
  seed,
  tessera,
} from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { load } from '../load.ts'
import { type Running, run } from '../process.ts'
import { loginRequest, median } from '../rounds.ts'
import type { Result } from '../target.ts'

const milliseconds = 4_000
const rounds = 3

export async function measureLogins({ file }: BenchDatabase): Promise<Result[]> {
  const contender = tessera(file)
  const server = await run(contender.program)
  const shares: number[] = []
  for (let round = 0; round < rounds; round++) {
    const bare = await bareHashes(availableParallelism(), milliseconds)
    shares.push((await loginsPerSecond(server, contender)) / bare)
  }
  await server.stop()
  return [
    { what: '3  logins/s ÷ bare bcrypt loop', value: median(shares), unit: '×', atLeast: 0.95 },
    ...(await others(file)),
  ]
}

/** Hashes per second of threads that do nothing else. */
export async function bareHashes(threads: number, milliseconds: number): Promise<number> {
  const workerData = { cost: bcryptCost, milliseconds }
  const rates = Array.from({ length: threads }, async () => {
    const worker = new Worker(new URL('../bcrypt-loop.ts', import.meta.url), { workerData })
    const [rate] = await once(worker, 'message')
    return Number(rate)
  })
  return (await Promise.all(rates)).reduce((sum, rate) => sum + rate, 0)
}

/** Two concurrent logins per core keep every core hashing. */
async function loginsPerSecond({ port }: Running, contender: SecuredContender): Promise<number> {
  const bytes = loginRequest(contender)
  const connections = 2 * availableParallelism()
  const { statuses, perSecond } = await load({
    port,
    connections,
    milliseconds,
    request: () => bytes,
  })
  if (statuses.size !== 1 || !statuses.has(200)) throw new Error(JSON.stringify([...statuses]))
  return perSecond
}

async function others(file: string): Promise<Result[]> {
  const tutorial = seed()
  const contenders = [
    expressOAuthServer,
    betterAuth(file),
    ...(typeof tutorial === 'string' ? [] : [tutorial]),
  ]
  const results: Result[] = []
  for (const contender of contenders) {
    const server = await run(contender.program)
    const value = await loginsPerSecond(server, contender)
    await server.stop()
    results.push({ what: `3  logins/s of ${contender.name}`, value, unit: '/s' })
  }
  return results
}
