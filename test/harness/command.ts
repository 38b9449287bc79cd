/** Runs the command line on a new database, in the process of the test or in a separate process. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { CreatedServer } from '../../src/create-server.ts'
import { testDatabase } from './database.ts'
import { runInProcess } from './in-process.ts'
import { recordedProcess, recordLog, recordSecret } from './secrecy.ts'

const here = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

export interface CommandOptions {
  readonly settings?: Readonly<Record<string, string>>
  /** Standard input. */
  readonly input?: string
  /** The folder of another copy of the project. */
  readonly project?: string
  /** The program, instead of `src/start.js`. */
  readonly program?: string
  /** Options of Node itself. */
  readonly node?: readonly string[]
}

export interface InProcessOptions extends Pick<CommandOptions, 'settings' | 'input'> {
  /** The command line of a server that is built on ours. */
  readonly cli?: CreatedServer['cli']
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-command-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The settings of a database that is removed after the test. */
export async function commandDatabase(): Promise<Readonly<Record<string, string>>> {
  const { settings, drop } = await testDatabase()
  onTestFinished(drop)
  return settings
}

/**
 * Runs `tessera …` to its end in the process of the test; `serve` and `demo` in a separate process. `processes.test.ts` runs each
 * command once in a separate process.
 */
export function tessera(
  args: readonly string[],
  { settings = {}, input = '', cli }: InProcessOptions = {},
): Promise<Outcome> {
  const isServer = args[0] === 'serve' || args[0] === 'demo'
  return isServer
    ? tesseraProcess(args, { settings, input })
    : runInProcess(args, settings, input, cli)
}

/** Runs `tessera …` to its end in a separate process. */
export function tesseraProcess(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const child = spawnTessera(args, options)
  const output = collect(child)
  child.stdin?.end(options.input ?? '')
  return new Promise((done) => child.on('close', (status) => done({ status, ...output() })))
}

export interface RunningCommand {
  readonly pid: number
  /** Standard output so far. */
  out(): string
  /** Standard error so far. */
  err(): string
  /** Sends the signal and returns the exit status. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Runs `tessera …` until it prints that it is listening. */
export async function listening(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<RunningCommand> {
  const child = spawnTessera(args, options)
  const output = collect(child)
  const closed = new Promise<number | null>((done) => child.on('close', done))
  onTestFinished(() => void child.kill('SIGKILL'))
  await new Promise<void>((ready, failed) => {
    child.stdout?.on('data', () => /^listening on /m.test(output().out) && ready())
    child.on('close', () => failed(new Error(output().err)))
  })
  return {
    pid: child.pid ?? 0,
    out: () => output().out,
    err: () => output().err,
    end: async (signal) => {
      child.kill(signal)
      return await closed
    },
  }
}

/** The ids of its child processes. */
export function processesOf({ pid }: Pick<RunningCommand, 'pid'>): number[] {
  const list = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' }).stdout
  return list.split(/\s+/).filter(Boolean).map(Number)
}

/** Starts `tessera …`. */
export function spawnTessera(
  args: readonly string[],
  { settings = {}, node = [], project = here, program = 'src/start.js' }: CommandOptions,
): ChildProcess {
  const { PATH = '', TMPDIR = tmpdir() } = process.env
  const env = { PATH, TMPDIR, ...settings }
  const start = join(project, program)
  // Other commands may print secrets: that of a new client, the passwords of the demo.
  if (args[0] !== 'serve') return spawn(process.execPath, [...node, start, ...args], { env })
  const watched = recordedProcess()
  const child = spawn(process.execPath, [...node, ...watched.node, start, ...args], {
    env: { ...env, ...watched.env },
  })
  for (const output of [child.stdout, child.stderr])
    output.on('data', (text) => recordLog(`${text}`))
  for (const name of secretSettings) if (settings[name]) recordSecret(name, settings[name])
  return child
}

const secretSettings = ['SECRET_KEY', 'SECRET_KEY_PREVIOUS', 'PASSWORD_PEPPER']

function collect(child: ChildProcess): () => { out: string; err: string } {
  const output = { out: '', err: '' }
  child.stdout?.on('data', (chunk) => {
    output.out += chunk
  })
  child.stderr?.on('data', (chunk) => {
    output.err += chunk
  })
  return () => output
}
