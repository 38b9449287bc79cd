/** Starts a server as a process, measures it from outside, and stops it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export interface Program {
  readonly command: string
  readonly arguments: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly folder?: string
}

export interface Running {
  readonly port: number
  /** Milliseconds from the start of the process to its first response. */
  readonly startMs: number
  /** µs of CPU that the process and its children have used. */
  cpu(): number
  /** MiB of resident memory of the process and its children. */
  memory(): number
  stop(): Promise<void>
}

/** Resolves with the first response. Rejects with the output if the process exits first. */
export async function run(program: Program, firstPath = '/'): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const file = join(folder, 'output')
  const output = openSync(file, 'w')
  const start = performance.now()
  const child = spawn(program.command, program.arguments, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...program.environment },
    ...(program.folder && { cwd: program.folder }),
  })
  closeSync(output)
  const port = await portOf(child, file)
  await fetch(`http://127.0.0.1:${port}${firstPath}`).then((response) => response.arrayBuffer())
  const startMs = performance.now() - start
  return {
    port,
    startMs,
    cpu: () => sum(processIds(child).map(cpuOf)),
    memory: () => sum(processIds(child).map(memoryOf)),
    async stop() {
      if (child.exitCode === null) {
        child.kill()
        await once(child, 'exit')
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function portOf(child: ChildProcess, file: string): Promise<number> {
  for (;;) {
    const output = readFileSync(file, 'utf8')
    const [, port] = /http:\/\/127\.0\.0\.1:(\d+)/.exec(output) ?? []
    if (port) return Number(port)
    if (child.exitCode !== null) throw new Error(output.trim())
    await setTimeout(5)
  }
}

/** The ids of the process and its children. */
function processIds({ pid = 0 }: ChildProcess): number[] {
  if (process.platform !== 'linux') return [pid]
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return [pid, ...children.split(' ').filter(Boolean).map(Number)]
}

/** Linux counts nanoseconds per thread; elsewhere `ps` has hundredths of a second. */
function cpuOf(pid: number): number {
  if (process.platform === 'linux') {
    const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    )
    return sum(nanoseconds) / 1000
  }
  const [seconds = 0, minutes = 0, hours = 0] = ps(pid, 'time').split(':').map(Number).reverse()
  return (seconds + 60 * minutes + 3600 * hours) * 1e6
}

function memoryOf(pid: number): number {
  return Number(ps(pid, 'rss')) / 1024
}

function ps(pid: number, column: string): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim()
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
