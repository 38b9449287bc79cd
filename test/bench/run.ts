/** `npm run bench`: the CPU that one `GET /users/me` costs, side by side, in alternating rounds of one run. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus } from 'node:os'
import type { Ready } from './contender.ts'
import { load } from './load.ts'

const names = ['bare Express', 'Tessera, 10 operations', 'Tessera, 60 operations']
const rounds = 7
const requests = 10_000

interface Contender extends Ready {
  readonly name: string
  readonly child: ChildProcess
  /** µs of CPU per request, a figure each round. */
  readonly costs: number[]
}

const contenders: Contender[] = []
for (const name of names) contenders.push(await start(name))
for (const contender of contenders) await measure(contender)
for (let round = 1; round <= rounds; round++) {
  if (process.stdout.isTTY) process.stdout.write(`\rround ${round} of ${rounds}`)
  for (const contender of contenders) contender.costs.push(await measure(contender))
}
for (const { child } of contenders) child.kill()

const [base] = contenders.map(({ costs }) => median(costs))
process.stdout.write(
  `${process.stdout.isTTY ? '\r' : ''}GET /users/me, ${rounds} rounds of ${requests} requests\n`,
)
process.stdout.write(
  `Node ${process.versions.node}, ${availableParallelism()} cores, ${cpus()[0]?.model.trim()}\n\n`,
)
for (const { name, costs } of contenders) {
  const cost = median(costs)
  process.stdout.write(
    `${name.padEnd(24)} ${cost.toFixed(1).padStart(6)} µs CPU   ${(cost / (base ?? cost)).toFixed(2)} ×\n`,
  )
}

async function start(name: string): Promise<Contender> {
  const child = fork(new URL('./contender.ts', import.meta.url), [name])
  const [ready] = (await once(child, 'message')) as [Ready]
  return { name, child, costs: [], ...ready }
}

async function measure({ child, port, headers }: Contender): Promise<number> {
  const before = await cpuOf(child)
  await load({ port, path: '/users/me', headers, connections: 20, requests })
  return ((await cpuOf(child)) - before) / requests
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
