import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { listen } from '../../src/serving/listening.ts'
import { openConnections } from '../../src/serving/open-connections.ts'
import { nextRequest } from '../harness/http-events.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const get = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
const halfHead = 'GET /healthz HTTP/1.1\r\nHo'
const halfBody =
  'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60\r\n\r\nusername='

/** Opens a connection, sends the text, and waits for the response if the request is complete. */
async function open(url: string, text = '', localAddress = '127.0.0.1'): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), localAddress })
  onTestFinished(() => void socket.destroy())
  const closed = new Promise((done) => socket.once('close', done))
  socket.on('error', () => {})
  await once(socket, 'connect')
  if (text) socket.write(text)
  if (text === get) await Promise.race([once(socket, 'data'), closed])
  socket.resume()
  return socket
}

const openIn = (sockets: readonly Socket[]) => sockets.map(({ closed }) => !closed)

function starting(settings: Record<string, string>): () => TestServer {
  let server: TestServer
  beforeAll(async () => {
    server = await testServer({ settings: { MAX_CONNECTIONS: '10', ...settings } })
  })
  afterAll(() => server.stop())
  return () => server
}

describe('a server with its maximum of connections', () => {
  const server = starting({ TRUST_PROXY: '127.0.0.1' })

  it('closes one that has sent nothing, then the one that is idle longest [J7]', async () => {
    const { url } = server()
    const incomplete = [await open(url, halfHead), await open(url, halfBody)]
    const idle = [await open(url, get), await open(url, get)]
    const silent = [await open(url), await open(url)]
    const later: Socket[] = []
    const openMore = async () => void later.push(await open(url, get))
    for (let n = 0; n < 4; n++) await openMore()
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60_000)
    onTestFinished(() => clock.mockRestore())
    expect(openIn([...incomplete, ...idle, ...silent, ...later])).not.toContain(false)

    for (let n = 0; n < 2; n++) await openMore()
    await expect.poll(() => openIn(silent)).toEqual([false, false])
    expect(openIn([...incomplete, ...idle])).not.toContain(false)

    await openMore()
    await expect.poll(() => openIn(idle)).toEqual([false, true])
    expect(openIn([...incomplete, ...later])).not.toContain(false)
  })

  it('lets a new one that has sent nothing yet send its request [J7]', async () => {
    const { url } = server()
    const news = []
    for (let n = 0; n < 10; n++) news.push(await open(url))
    const idle = await open(url, get)
    await open(url)
    await expect.poll(() => idle.closed).toBe(true)
    expect(openIn(news).slice(1)).not.toContain(false)
  })

  it('closes the oldest one whose request is incomplete, if none is idle [J7]', async () => {
    const { url } = server()
    const incomplete: Socket[] = []
    for (let n = 0; n < 10; n++) {
      const accepted = nextRequest()
      incomplete.push(await open(url, halfBody))
      await accepted
    }
    const late = await open(url, get)
    await expect.poll(() => openIn(incomplete).indexOf(true)).toBe(1)
    expect(late.bytesRead).toBeGreaterThan(0)
  })
})

/** Linux has all of 127.0.0.0/8, so that a test has networks. */
describe.skipIf(process.platform !== 'linux')('a network', () => {
  const server = starting({})

  it('has at most a quarter of the connections, and takes none of another network [J7]', async () => {
    const { url } = server()
    const others = [await open(url, get, '127.0.2.1'), await open(url, '', '127.0.3.1')]
    const many: Socket[] = []
    for (let n = 0; n < 20; n++) many.push(await open(url, get, `127.0.4.${n + 1}`))
    await expect.poll(() => openIn(many).filter(Boolean)).toHaveLength(3)
    expect(openIn(many).slice(-3)).toEqual([true, true, true])
    expect(openIn(others)).toEqual([true, true])
  })
})

describe('openConnections', () => {
  it('closes the new connection if requests are processed on all others [J7]', async () => {
    const connections = openConnections({
      max: 2,
      maxPerNetwork: 2,
      networkOf: () => 'one',
      activityOf: () => 'served',
    })
    const server = createServer().on('connection', connections.add)
    onTestFinished(() => void server.close())
    const url = await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' })
    const served = [await open(url), await open(url)]
    const late = await open(url)
    await expect.poll(() => late.closed).toBe(true)
    expect(openIn(served)).toEqual([true, true])
    served[0]?.destroy()
    await expect.poll(connections.size).toBe(1)
    await open(url)
    await expect.poll(connections.size).toBe(2)
  })
})
