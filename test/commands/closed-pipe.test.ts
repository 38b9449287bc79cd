import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { commandDatabase } from '../harness/command.ts'
import { freePort } from '../harness/embedded-postgres.ts'

const start = fileURLToPath(new URL('../../src/start.js', import.meta.url))

it.each([['stdout', '--help'] as const, ['stderr', 'no-such-command'] as const])(
  'a command whose %s nobody reads, as of head -1, ends without an error of its own',
  async (stream, argument) => {
    const child = spawn(process.execPath, [start, argument])
    const other = stream === 'stdout' ? child.stderr : child.stdout
    child[stream].destroy()
    let text = ''
    other.on('data', (more) => {
      text += more
    })
    const [status] = await once(child, 'close')
    expect([status, text]).toEqual([stream === 'stdout' ? 0 : 1, ''])
  },
)

it.each(['serve', 'demo'])(
  'a server (%s) whose standard output is closed before it prints its URL goes on serving, and says once that log lines are lost [J9]',
  async (command) => {
    const [port, metricsPort] = [await freePort(), await freePort()]
    const { PATH = '' } = process.env
    const settings = { PORT: `${port}`, METRICS_PORT: `${metricsPort}`, LOG_LEVEL: 'info' }
    const child = spawn(process.execPath, [start, command], {
      env: { PATH, ...(await commandDatabase()), ...settings },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (text) => {
      err += text
    })
    const statusOf = async (url: string) =>
      fetch(url, { headers: { Connection: 'close' } }).then(
        ({ status }) => status,
        () => undefined,
      )
    // The metrics are served, and their URL is printed, once the server serves.
    const metrics = `http://127.0.0.1:${metricsPort}/metrics`
    await expect.poll(() => statusOf(metrics), { timeout: 20_000 }).toBe(200)
    for (let i = 0; i < 20; i++)
      expect(await statusOf(`http://127.0.0.1:${port}/healthz`)).toBe(200)
    expect(err).toMatch(/^tessera: standard output cannot be written \(EPIPE\): .*\n$/)
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([0, null])
  },
  30_000,
)
