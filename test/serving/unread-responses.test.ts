import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, it, onTestFinished, vi } from 'vitest'
import { guardConnections } from '../../src/serving/connections.ts'
import { listen } from '../../src/serving/listening.ts'
import { unreadResponses } from '../../src/serving/unread-responses.ts'
import { nextRequest } from '../harness/http-events.ts'

/** More than the kernel buffers for a connection. */
const large = Buffer.alloc(16 * 2 ** 20)

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  onTestFinished(() => void server.close().closeAllConnections())
  return await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' })
}

interface Unread {
  /** The server's side of the connection. */
  readonly socket: Socket
  /** Lets the client read. */
  read(): void
}

/** Sends requests and reads nothing. */
async function askWithoutReading(url: string, request: string, times = 1): Promise<Unread> {
  const { hostname, port } = new URL(url)
  const client = connect(Number(port), hostname)
    .on('error', () => {})
    .pause()
  onTestFinished(() => void client.destroy())
  await once(client, 'connect')
  const accepted = nextRequest()
  client.write(request.repeat(times))
  return { socket: (await accepted).socket, read: () => void client.resume() }
}

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

it('unreadResponses closes the oldest connections if more is unread than the limit [J7]', async () => {
  const closed: string[] = []
  const watch = unreadResponses(() => closed.push('closed'), 40 * 2 ** 20)
  const url = await serve((_req, res) => {
    watch(res)
    res.end(large)
  })
  const unread: Unread[] = []
  for (let n = 0; n < 4; n++) unread.push(await askWithoutReading(url, get))
  await expect
    .poll(() => unread.map(({ socket }) => socket.destroyed))
    .toEqual([true, true, false, false])
  expect(closed).toHaveLength(2)
})

it('unreadResponses closes a connection whose response is not read within a minute [J7]', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const watch = unreadResponses()
  const url = await serve((_req, res) => {
    watch(res)
    res.end(large)
  })
  const { socket } = await askWithoutReading(url, get)
  await vi.advanceTimersByTimeAsync(59_000)
  expect(socket.destroyed).toBe(false)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(socket.destroyed).toBe(true)
})

it('guardConnections begins a response when the previous one is read, so that one at most is buffered [J7]', async () => {
  let begun = 0
  const app: RequestListener = (_req, res) => {
    begun += 1
    res.end(large)
  }
  const url = await serve(guardConnections(app, () => true, { touch: () => {} }, unreadResponses()))
  const client = await askWithoutReading(url, get, 15)
  await expect.poll(() => client.socket.writableLength).toBeGreaterThan(0)
  expect(begun).toBe(1)
  client.read()
  await expect.poll(() => begun).toBe(15)
})
