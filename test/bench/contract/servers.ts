/** Measures servers of a contract side by side: the start, the memory, and the CPU of a request. */
import { fileURLToPath } from 'node:url'
import { get } from '../load.ts'
import { type Program, run } from '../process.ts'
import { type Figures, type Lane, median, sideBySide } from '../rounds.ts'

export interface Contender {
  readonly name: string
  readonly program: Program
  /** What is asked with GET. */
  readonly path: string
}

export interface Measured extends Figures {
  /** Milliseconds until the first response: the median of three starts. */
  readonly startMs: number
  /** MiB after the first response, and at the end of the load. */
  readonly memory: number
  readonly memoryAfter: number
}

const starts = 3
const rounds = 5
const load = { connections: 20, requests: 4_000 }

export function contender(
  file: string,
  name: string,
  path: string,
  { environment = {}, argument }: { environment?: object; argument?: string } = {},
): Contender {
  const program = {
    command: process.execPath,
    arguments: [
      fileURLToPath(new URL(file, import.meta.url)),
      ...(argument === undefined ? [] : [argument]),
    ],
    environment: { NODE_ENV: 'production', ...environment },
  }
  return { name, path, program }
}

export async function measureServers(contenders: readonly Contender[]): Promise<Measured[]> {
  const times = contenders.map((): number[] => [])
  for (let start = 1; start < starts; start++) {
    for (const [at, { program, path }] of contenders.entries()) {
      const server = await run(program, path)
      times[at]?.push(server.startMs)
      await server.stop()
    }
  }
  const lanes: (Lane & { readonly memory: number })[] = []
  try {
    for (const [at, { name, program, path }] of contenders.entries()) {
      const server = await run(program, path)
      times[at]?.push(server.startMs)
      const bytes = get(path, { Authorization: 'Bearer token' })
      lanes.push({ name, server, request: () => bytes, memory: server.memory() })
    }
    const figures = await sideBySide(lanes, rounds, load)
    return figures.map((each, at) => ({
      ...each,
      startMs: median(times[at] ?? []),
      memory: lanes[at]?.memory ?? Number.NaN,
      memoryAfter: lanes[at]?.server.memory() ?? Number.NaN,
    }))
  } finally {
    for (const { server } of lanes) await server.stop()
  }
}
