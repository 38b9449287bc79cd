/**
 * `tessera dev`: runs the project in this folder while it is written. A change of the contract is generated, a change of the code
 * restarts the server; a fault in either is printed, and the next change tries again.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { runCommand } from '#contract/command'
import type { Environment } from '../config/config.ts'
import { stopSignals } from '../serving/workers.ts'
import { CommandError } from './command-error.ts'

const contract = 'openapi.yaml'
const program = 'src/main.ts'

/** Not by `node --watch`, which no longer restarts after a syntax error in TypeScript (nodejs/node#61153). */
const watched = '{src,generated}/**/*'

/** Milliseconds between two looks at the files. Not every file system reports changes, and editors replace files. */
const interval = 100

/** Milliseconds for a server to end. One that hangs, or whose own code ignores the signal, is killed then. */
const maxEndMs = 5000

/** Ends the process after a signal. */
export async function dev(environment: Environment): Promise<void> {
  for (const file of [contract, program])
    if (!existsSync(file))
      throw new CommandError(`no ${file} here: change to the folder of a project`)
  const stopped = new Promise<true>((done) => {
    for (const signal of stopSignals) process.on(signal, () => done(true))
  })
  // Watches the contract, and all files that it refers to, from now on.
  await runCommand(['generate', contract, '--out', 'generated', '--watch'])

  let seen = state()
  let server = start(environment)
  while (!(await Promise.race([stopped, pause(interval, false)]))) {
    const current = state()
    if (current === seen) continue
    seen = current
    await end(server)
    server = start(environment)
  }
  await end(server)
  process.exit()
}

/** The data outlives the server. */
function start(environment: Environment): ChildProcess {
  return spawn(process.execPath, [program, 'demo', '--keep', 'dev.db'], {
    env: { NODE_COMPILE_CACHE: 'node_modules/.cache/compile', ...environment },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** Differs after a file was written, added or removed. */
function state(): string {
  const times = globSync(watched).map((file) => [
    file,
    statSync(file, { throwIfNoEntry: false })?.mtimeMs,
  ])
  return JSON.stringify(times)
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const exited = once(server, 'exit')
  server.kill()
  const killing = setTimeout(() => server.kill('SIGKILL'), maxEndMs)
  await exited
  clearTimeout(killing)
}
