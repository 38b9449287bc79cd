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

/** A server of so many processes, and where it and its metrics are. */
async function watchedServer(more: Record<string, string> = {}) {
  const server = await listening(['serve'], { settings: { ...settings(), ...more } })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  const [, metrics = ''] = /^metrics on (\S+)$/m.exec(server.out()) ?? []
  return { server, url, metrics }
}

const build = `tessera_build_info{version="${manifest.version}"}`
const alive = 'tessera_requests_total{operation="readLiveness",status="200"}'

describe('METRICS_PORT', () => {
  it('is where the metrics are, and nothing else; the server itself has none', async () => {
    const { server, url, metrics } = await watchedServer()
    const answer = await fetch(metrics)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(await answer.text()).toContain('# TYPE tessera_requests_total counter')
    expect((await fetch(`${metrics}?name=all`)).status).toBe(200)
    expect((await fetch(metrics.replace('/metrics', '/healthz'))).status).toBe(404)
    expect((await fetch(metrics, { method: 'POST' })).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it.each(['1', '2'])('answers one request of a connection (WORKERS=%s)', async (WORKERS) => {
    const { metrics, url, server } = await watchedServer({ WORKERS })
    const { port, hostname } = new URL(metrics)
    const socket = connect(Number(port), hostname)
    onTestFinished(() => void socket.destroy())
    let answers = ''
    socket.on('data', (text) => {
      answers += text
    })
    socket.on('error', () => {})
    const closed = new Promise((done) => socket.once('close', done))
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(5_000))
    await closed
    expect(answers.match(/^HTTP/gm) ?? []).toHaveLength(0)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
    const together = await Promise.all(Array.from({ length: 20 }, () => fetch(metrics)))
    expect(together.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(together.map(({ headers }) => headers.get('connection'))).toEqual(
      Array(20).fill('close'),
    )
    expect(server.err()).toBe('')
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('has one count for all WORKERS', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    // Each over a connection of its own: the workers take them in turn.
    const headers = { connection: 'close' }
    // Whoever is asked for his counts goes on with his work, and with his counting.
    for (const asked of [8, 16]) {
      for (let i = 0; i < 8; i++) await fetch(`${url}/healthz`, { headers })
      await expect.poll(async () => (await samplesAt(metrics))(alive)).toBe(asked)
    }
    expect((await samplesAt(metrics))('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('answers while one of the WORKERS hangs, with what that one said last', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    for (let i = 0; i < 8; i++) await fetch(`${url}/healthz`, { headers: { connection: 'close' } })
    await expect.poll(async () => (await samplesAt(metrics))(alive)).toBe(8)
    const [hanging = 0] = processesOf(server)
    process.kill(hanging, 'SIGSTOP')
    for (const _scrape of [1, 2]) {
      const answer = await fetch(metrics)
      expect(answer.status).toBe(200)
      expect(samplesIn(await answer.text())(alive)).toBe(8)
    }
    process.kill(hanging, 'SIGCONT')
    expect(await server.end('SIGTERM')).toBe(0)
  })

  it('goes on with the counts of one of the WORKERS that has died, and not with its memory', async () => {
    const { server, url, metrics } = await watchedServer({ WORKERS: '2' })
    for (let i = 0; i < 8; i++) await fetch(`${url}/healthz`, { headers: { connection: 'close' } })
    await expect.poll(async () => (await samplesAt(metrics))(alive)).toBe(8)
    const memory = (await samplesAt(metrics))('process_resident_memory_bytes')
    const started = (await samplesAt(metrics))('process_start_time_seconds')
    expect(started).toBeGreaterThan(0)
    const [dying = 0] = processesOf(server)
    process.kill(dying, 'SIGKILL')
    await expect.poll(() => processesOf(server)).not.toContain(dying)
    const samples = await samplesAt(metrics)
    expect(samples(alive)).toBe(8)
    expect(samples('process_resident_memory_bytes')).toBeLessThan(memory)
    expect(samples('process_start_time_seconds')).toBe(started)
    expect(samples(build)).toBe(1)
    await expect.poll(() => processesOf(server).length, { timeout: 20_000 }).toBe(2)
    await fetch(`${url}/healthz`, { headers: { connection: 'close' } })
    // A worker that is only starting does not answer yet.
    const total = async () => (await samplesAt(metrics))(alive)
    await expect.poll(total, { timeout: 20_000 }).toBe(9)
  })

  it('is off by default: nothing more is listened on', async () => {
    const server = await listening(['serve'], { settings: { ...settings(), METRICS_PORT: '' } })
    expect(server.out()).not.toContain('metrics')
  })

  it.each(['1', '2'])('says that its port is taken, and ends (WORKERS=%s)', async (WORKERS) => {
    const other = createServer()
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready))
    onTestFinished(() => void other.close())
    const address = other.address()
    const METRICS_PORT = typeof address === 'object' ? String(address?.port) : ''
    const failed = await tessera(['serve'], { settings: { ...settings(), METRICS_PORT, WORKERS } })
    expect(failed).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^tessera: METRICS_PORT \d+ is taken\n$/),
    })
    expect(failed.out).not.toContain('listening on')
  })
})
