/** Target 9: logins continue while other programs of the same scheduling group use all the CPU that they can get. */
import { availableParallelism } from 'node:os'
import { tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { load, percentile } from '../load.ts'
import { run } from '../process.ts'
import { loginRequest } from '../rounds.ts'
import type { Result } from '../target.ts'
import { bareHashes } from './logins.ts'

const milliseconds = 12_000

/** The other programs are two bcrypt loops per core; a hashing thread of the server is compared with them. */
export async function measureCpuContention({ file }: BenchDatabase): Promise<Result[]> {
  const contender = tessera(file)
  const server = await run(contender.program)
  const cores = availableParallelism()
  const bytes = loginRequest(contender)
  const before = server.cpu()
  const ownBefore = process.cpuUsage()
  const logins = load({
    port: server.port,
    connections: 2 * cores,
    milliseconds,
    request: () => bytes,
  })
  await bareHashes(2 * cores, milliseconds)
  // CPU time, so that an unfinished hash counts, too. The rest of the server and the generator use almost none.
  const hashing = server.cpu() - before
  const { user, system } = process.cpuUsage(ownBefore)
  const { times } = await logins
  await server.stop()
  return [
    {
      what: '9  CPU of a hashing thread ÷ concurrent bcrypt loop',
      value: hashing / cores / ((user + system) / (2 * cores)),
      unit: '×',
      atLeast: 0.3,
    },
    { what: '9  … p50 of a login', value: percentile(times.get(200), 0.5), unit: 'ms' },
  ]
}
