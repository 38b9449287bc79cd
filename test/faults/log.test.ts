/** The log cannot be written, because its disk is full or its reader has stopped. The server continues to serve, and stops on SIGTERM. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../harness/command.ts'
import { freePort } from '../harness/embedded-postgres.ts'
import { canMount, smallDisk } from './disks.ts'
import { faultDatabase } from './fault-database.ts'
import { ask, defaultSettings } from './fault-server.ts'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

/** Logged completely, the path makes a line of 12 KB. */
const longPath = '/long'.repeat(2_400)

interface Logging {
  readonly url: string
  err(): string
  /** Returns the exit status. */
  end(): Promise<number | null>
}

async function serveInto(WORKERS: string, output: number | 'pipe'): Promise<Logging> {
  const PORT = String(await freePort())
  const METRICS_PORT = String(await freePort())
  const { PATH = '' } = process.env
  const { settings } = await faultDatabase()
  const env = {
    PATH,
    ...defaultSettings,
    ...settings,
    LOG_LEVEL: 'info',
    WORKERS,
    PORT,
    METRICS_PORT,
  }
  const child: ChildProcess = spawn(process.execPath, [start, 'serve'], {
    env,
    stdio: ['ignore', output, 'pipe'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let err = ''
  child.stderr?.on('data', (text) => {
    err += text
  })
  const url = `http://127.0.0.1:${PORT}`
  // The metrics are served once all workers serve.
  const metrics = `http://127.0.0.1:${METRICS_PORT}`
  const ready = async () => (await ask(metrics, 'GET', '/metrics'))?.status
  await expect.poll(ready, { timeout: 20_000 }).toBe(200)
  return {
    url,
    err: () => err,
    async end() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      const [status] = await ended
      return status
    },
  }
}

async function statuses({ url }: Logging, path: string, times: number): Promise<Set<unknown>> {
  const said = new Set<unknown>()
  for (let i = 0; i < times; i++) said.add((await ask(url, 'GET', path))?.status)
  return said
}

/** False for a line that was cut off when the disk was full, which is written again. */
function isWhole(line: string): boolean {
  return /^\{.*\}$/.test(line)
}

/** A pipe that is open for reading but never read. */
function unreadPipe(): number {
  const file = join(temporaryFolder(), 'log')
  execFileSync('mkfifo', [file])
  return openSync(file, 'r+')
}

describe.each(['1', '2'])('a server with WORKERS=%s', (workers) => {
  it.skipIf(!canMount)(
    'serves while its log cannot be written, reports it, and writes the buffered lines when there is space [J9]',
    async () => {
      const disk = smallDisk()
      const file = join(disk.folder, 'log')
      const server = await serveInto(workers, openSync(file, 'a'))
      disk.fill()
      expect(await statuses(server, '/healthz', 300)).toEqual(new Set([200]))
      expect(server.err()).toMatch(
        /^(tessera: standard output cannot be written \(ENOSPC\): .*\n)+$/,
      )
      expect(server.err().match(/\n/g)?.length).toBeLessThanOrEqual(Number(workers))
      disk.clear()
      const logged = () =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter(isWhole)
          .map((line) => JSON.parse(line))
          .filter(({ path }) => path === '/healthz')
      await expect.poll(() => logged().length).toBe(300)
      expect(await server.end()).toBe(0)
    },
    60_000,
  )

  it.skipIf(!canMount)(
    'stops gracefully while its log cannot be written [J9]',
    async () => {
      const disk = smallDisk()
      const server = await serveInto(workers, openSync(join(disk.folder, 'log'), 'a'))
      disk.fill()
      expect(await statuses(server, '/healthz', 100)).toEqual(new Set([200]))
      expect(await server.end()).toBe(0)
    },
    60_000,
  )

  it('serves and stops gracefully while the pipe of its log is not read [J9]', async () => {
    const server = await serveInto(workers, unreadPipe())
    expect(await statuses(server, longPath, 400)).toEqual(new Set([404]))
    expect(server.err()).toMatch(/^(tessera: standard output is not read: .*\n)+$/)
    expect(server.err().match(/\n/g)?.length).toBeLessThanOrEqual(Number(workers))
    expect(await server.end()).toBe(0)
  }, 60_000)
})

it('a server serves and stops gracefully while the socket of its log is not read [J9]', async () => {
  const server = await serveInto('1', 'pipe')
  expect(await statuses(server, longPath, 200)).toEqual(new Set([404]))
  expect(server.err()).toMatch(/^tessera: standard output is not read: .*\n$/)
  expect(await server.end()).toBe(0)
}, 60_000)
