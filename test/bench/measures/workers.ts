/** Target 8: a second worker nearly doubles the throughput. */
import { availableParallelism } from 'node:os'
import { tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { flood } from '../flood.ts'
import { get } from '../load.ts'
import { run } from '../process.ts'
import { median } from '../rounds.ts'
import type { Result } from '../target.ts'

const rounds = 3

export async function measureWorkers({ file, tokens }: BenchDatabase): Promise<Result[]> {
  const one = await run(tessera(file).program)
  const two = await run(tessera(file, { WORKERS: '2' }).program)
  const request = get('/users/me', { Authorization: `Bearer ${tokens[0]}` })
  // The cores are for the servers: the generator uses as little CPU as it can.
  const perSecond = (port: number) => flood({ port, connections: 64, milliseconds: 2_000, request })
  const ratios: number[] = []
  for (let round = -2; round < rounds; round++) {
    const alone = await perSecond(one.port)
    const ratio = (await perSecond(two.port)) / alone
    if (round >= 0) ratios.push(ratio)
  }
  await one.stop()
  await two.stop()
  return [
    {
      what: `8  two workers on ${availableParallelism()} cores: requests/s ÷ one worker`,
      value: median(ratios),
      unit: '×',
      atLeast: 1.6,
    },
  ]
}
