/** The tests of every program on the page: a resource server in a temporary folder, started against a real authorization server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Command, run } from '../run-client.ts'

/** The addresses in the programs. */
const demoUrl = 'http://127.0.0.1:8000'
const ownPort = '3000'

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const maxStartMs = 120_000

export interface ResourceServer {
  /** The status and the text of the response to `GET /orders`. */
  orders(authorization?: string): Promise<[status: number, body: string]>
  stop(): Promise<void>
}

export interface Program {
  /** The folder beside this file. */
  readonly folder: string
  /** Runs first, in the folder of the program. */
  readonly build?: readonly Command[]
  readonly start: Command
}

/** Starts the program against the server at `issuer`. Returns when the program answers. */
export async function startProgram(program: Program, issuer: string): Promise<ResourceServer> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-resource-server-'))
  const port = await freePort()
  const here = (text: string) => text.replaceAll(demoUrl, issuer).replaceAll(ownPort, port)
  symlinkSync(modules, join(folder, 'node_modules'))
  cpSync(fileURLToPath(new URL(program.folder, import.meta.url)), folder, { recursive: true })
  for (const name of readdirSync(folder).filter((each) => /\.(ts|py|go|java)$/.test(each))) {
    const file = join(folder, name)
    writeFileSync(file, here(readFileSync(file, 'utf8')))
  }
  for (const command of program.build ?? []) await run({ folder, ...command })

  const { file, args, environment } = program.start
  const child = spawn(file, args.map(here), {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      printed += chunk
    })
  const exited = once(child, 'close')

  const orders: ResourceServer['orders'] = async (authorization) => {
    const response = await fetch(`http://127.0.0.1:${port}/orders`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    return [response.status, await response.text()]
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  }
  const answers = () => orders().then(Boolean, () => false)
  const deadline = Date.now() + maxStartMs
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`${program.folder} does not answer:\n${printed}`)
    }
    await new Promise((done) => setTimeout(done, 50))
  }
  return { orders, stop }
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return String(address.port)
}
