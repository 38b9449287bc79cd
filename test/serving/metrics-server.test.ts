import { createServer } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { listening, processesOf, temporaryFolder, tessera } from '../harness/command.ts'
import { samplesAt, samplesIn } from '../harness/samples.ts'

const settings = () => ({
  PORT: '0',
  METRICS_PORT: '0',
  DATABASE_URL: join(temporaryFolder(), 'test.db'),
})

/** A server with this number of workers, its URL and the URL of its metrics. */
async function watchedServer(more: Record<string, string> = {}) {
  const server = await listening(['serve'], { settings: { ...settings(), ...more } })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  const [, metrics = ''] = /^metrics on (\S+)$/m.exec(server.out()) ?? []
  return { server, url, metrics }
}

const build = (worker: number) =>
  `tessera_build_info{version="${manifest.version}",worker="${worker}"}`
const alive = (worker: number) =>
  `tessera_requests_total{operation="readLiveness",status="200",worker="${worker}"}`

/** The number of requests that each worker has counted. */
async function aliveOf(metrics: string, workers: readonly number[]): Promise<number[]> {
  const samples = await samplesAt(metrics)
  return workers.map((worker) => samples(alive(worker)))
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)

/** Eight requests on separate connections, which are distributed to the workers in turn. */
async function requestEach(url: string): Promise<void> {
  for (let i = 0; i < 8; i++) await fetch(`${url}/healthz`, { headers: { connection: 'close' } })
}

describe('METRICS_PORT', () => {
  it('serves the metrics and nothing else; the server itself has none', async () => {
    const { server, url, metrics } = await watchedServer()
    const response = await fetch(metrics)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await response.text()).toContain('# TYPE tessera_requests_total counter')
    expect((await fetch(`${metrics}?name=all`)).status).toBe(200)
    expect((await fetch(metrics.replace('/metrics', '/healthz'))).status).toBe(404)
    expect((await fetch(metrics, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it.each(['1', '2'])('serves one request per connection (WORKERS=%s)', async (WORKERS) => {
    const { metrics, url, server } = await watchedServer({ WORKERS })
    const { port, hostname } = new URL(metrics)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    let responses = ''
    socket.on('data', (text) => {
      responses += text
    })
    socket.on('error', () => {})
    const closed = new Promise((done) => socket.once('close', done))
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000))
    await closed
    expect(responses.match(/^HTTP/gm) ?? []).toHaveLength(0)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const together = await Promise.all(Array.from({ length: 20 }, () => fetch(metrics)))
    expect(together.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(together.map(({ headers }) => headers.get('connection'))).toEqual(
      Array(20).fill('close'),
    )
    expect(server.err()).toBe('')
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('serves the metrics of every worker, with its number as a label', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    for (const total of [8, 16]) {
      await requestEach(url)
      await expect.poll(async () => sum(await aliveOf(metrics, [1, 2]))).toBe(total)
    }
    const samples = await samplesAt(metrics)
    for (const worker of [1, 2]) {
      expect(samples(alive(worker))).toBeGreaterThan(0)
      expect(samples(`nodejs_eventloop_lag_p99_seconds{worker="${worker}"}`)).toBeGreaterThan(0)
      expect(samples(`process_start_time_seconds{worker="${worker}"}`)).toBeGreaterThan(0)
      expect(samples(build(worker))).toBe(1)
    }
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('serves the metrics of the other workers while one hangs [J8]', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    await requestEach(url)
    await expect.poll(async () => sum(await aliveOf(metrics, [1, 2]))).toBe(8)
    const before = await aliveOf(metrics, [1, 2])
    const [hanging = 0] = processesOf(server)
    process.kill(hanging, 'SIGSTOP')
    for (const _scrape of [1, 2]) {
      const response = await fetch(metrics)
      expect(response.status).toBe(200)
      const samples = samplesIn(await response.text())
      expect([1, 2].filter((worker) => samples(build(worker)) === 1)).toHaveLength(1)
    }
    process.kill(hanging, 'SIGCONT')
    await expect.poll(() => aliveOf(metrics, [1, 2])).toEqual(before)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('serves no metrics of a dead worker, and those of its replacement from zero [J8]', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    await requestEach(url)
    await expect.poll(async () => sum(await aliveOf(metrics, [1, 2]))).toBe(8)
    const before = await aliveOf(metrics, [1, 2])
    const [dying = 0] = processesOf(server)
    process.kill(dying, 'SIGKILL')
    await expect.poll(() => processesOf(server)).not.toContain(dying)
    const after = await aliveOf(metrics, [1, 2])
    expect([
      [before[0], 0],
      [0, before[1]],
    ]).toContainEqual(after)
    // A worker that is starting has no metrics yet.
    const next = async () => (await samplesAt(metrics))(build(3))
    await expect.poll(next, { timeout: 20_000 }).toBe(1)
    expect(await aliveOf(metrics, [3])).toEqual([0])
    await requestEach(url)
    await expect.poll(async () => sum(await aliveOf(metrics, [1, 2, 3]))).toBe(sum(after) + 8)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('is off by default: no second port is open', async () => {
    const server = await listening(['serve'], { settings: { ...settings(), METRICS_PORT: '' } })
    expect(server.out()).not.toContain('metrics')
  })

  it.each(['1', '2'])('says that its port is in use, and exits (WORKERS=%s)', async (WORKERS) => {
    const other = createServer()
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void other.close())
    const address = other.address()
    const METRICS_PORT = typeof address === 'object' ? String(address?.port) : ''
    const failed = await tessera(['serve'], { settings: { ...settings(), METRICS_PORT, WORKERS } })
    expect(failed).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^tessera: METRICS_PORT \d+ is in use: .*\n$/),
    })
    expect(failed.out).not.toContain('listening on')
  })
})
