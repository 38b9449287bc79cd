/** Idle, endless and very slow connections: users are served nevertheless. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../harness/command.ts'
import { rawRequest } from '../harness/raw-request.ts'
import { canLimit } from './disks.ts'
import { type FaultServer, serve } from './fault-server.ts'
import { type Johndoe, johndoe, registered } from './johndoe.ts'

const temporaryDatabase = () => join(temporaryFolder(), 'test.db')

const connectionCount = 10_000
/** The server's limits are 10 seconds for a header section and 15 for a request; the rest is for slow machines. */
const closedWithin = { timeout: 60_000, interval: 100 }

/** The limit of open files, which child processes inherit. */
const maxFiles = openFiles()

function openFiles(): number {
  const report = process.report?.getReport() as {
    userLimits?: { open_files?: { soft: number | 'unlimited' } }
  }
  const soft = report.userLimits?.open_files?.soft ?? 0
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : soft
}

/** In MiB. */
function memoryOf({ pid }: FaultServer): number {
  const kib = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })
  return Math.round(Number(kib) / 1024)
}

/** Of a network other than that of the users. Only Linux has it without being told so. */
const elsewhere = process.platform === 'linux' ? { localAddress: '127.1.0.1' } : {}

interface Crowd {
  /** The number of connections that the server has not closed. */
  open(): number
}

/** Opens `many` connections, a hundred at a time, and calls `behave` for each. */
async function openConnections(
  { url }: FaultServer,
  many: number,
  behave: (socket: Socket, n: number) => void = () => {},
): Promise<Crowd> {
  const { hostname, port } = new URL(url)
  const sockets: Socket[] = []
  // With a reset: ports in TIME_WAIT would not be available to the next test.
  onTestFinished(() => void sockets.forEach((socket) => void socket.resetAndDestroy()))
  while (sockets.length < many) {
    const next = Array.from({ length: Math.min(100, many - sockets.length) }, () =>
      connect({ host: hostname, port: Number(port), allowHalfOpen: true, ...elsewhere }),
    )
    sockets.push(...next)
    const connected = next.map(async (socket, n) => {
      socket.on('error', () => {}).resume()
      await once(socket, 'connect')
      // Half open on this side until the server closes its side.
      socket.once('end', () => socket.destroy())
      behave(socket, n)
    })
    await Promise.all(connected)
  }
  return { open: () => sockets.filter(({ closed }) => !closed).length }
}

interface Served {
  readonly succeeded: number
  readonly refused: readonly string[]
}

/** Users who continuously log in and read their accounts, over new connections and a persistent one. */
function startUsers(server: FaultServer, john: Johndoe): () => Promise<Served> {
  const { url } = server
  const refused: string[] = []
  let succeeded = 0
  let going = true
  const requests = [
    async () => (await john.ask('GET', '/users/me')).status,
    async () => (await rawRequest(`${url}/healthz`)).status,
    async () => {
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const body = new URLSearchParams(johndoe).toString()
      return (await rawRequest(`${url}/token`, { method: 'POST', headers, body })).status
    },
  ]
  const users = requests.map(async (request) => {
    while (going) {
      const status = await request().catch(String)
      if (status === 200) succeeded += 1
      else refused.push(String(status))
      await setTimeout(20)
    }
  })
  return async () => {
    going = false
    await Promise.all(users)
    return { succeeded, refused }
  }
}

function expectServed({ succeeded, refused }: Served): void {
  expect(refused).toEqual([])
  expect(succeeded).toBeGreaterThan(100)
}

const form =
  'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n'

/** Sends a piece of text every 250 ms until the connection is closed. */
function trickle(socket: Socket, text: string): void {
  const timer = setInterval(() => socket.write(text), 250)
  socket.once('close', () => clearInterval(timer))
}

const behaviors: [string, (socket: Socket) => void][] = [
  [
    'a slow header',
    (socket) => {
      socket.write('GET / HTTP/1.1\r\nX: ')
      trickle(socket, 'a')
    },
  ],
  [
    'slow headers',
    (socket) => {
      socket.write('GET / HTTP/1.1\r\n')
      trickle(socket, 'X: a\r\n')
    },
  ],
  [
    'a slow body',
    (socket) => {
      socket.write(`${form}Content-Length: 60000\r\n\r\n`)
      trickle(socket, 'a')
    },
  ],
  [
    'slow chunks',
    (socket) => {
      socket.write(`${form}Transfer-Encoding: chunked\r\n\r\n`)
      trickle(socket, '1\r\na\r\n')
    },
  ],
  ['an incomplete header section', (socket) => void socket.end('GET / HTTP/1.1\r\nHo')],
  [
    'an incomplete body',
    (socket) => void socket.end(`${form}Content-Length: 60000\r\n\r\nusername`),
  ],
  ['nothing, half open', (socket) => void socket.end()],
  [
    'endless headers',
    (socket) => void socket.write(`GET / HTTP/1.1\r\n${'X: aaaaaaaa\r\n'.repeat(5_000)}`),
  ],
]

describe('a server', () => {
  it.skipIf(maxFiles < connectionCount + 500)(
    `serves users despite ${connectionCount} idle connections, and closes them [J7]`,
    async () => {
      const server = await serve(temporaryDatabase())
      const leave = startUsers(server, await registered(server))
      const before = memoryOf(server)
      const idle = await openConnections(server, connectionCount)
      const peak = memoryOf(server)
      await expect.poll(idle.open, closedWithin).toBe(0)
      expectServed(await leave())
      const after = memoryOf(server)
      process.stdout.write(
        `${connectionCount} connections: ${before} MiB before, ${peak} with them, ${after} after\n`,
      )
      // About 100 were measured.
      expect(Math.max(peak, after) - before).toBeLessThan(500)
      expect(await server.end('SIGTERM')).toBe(0)
    },
    120_000,
  )

  it.skipIf(maxFiles < connectionCount + 500)(
    `survives ${connectionCount} connections that stay open, incomplete requests and unread pages, with a heap of 64 MiB [J7]`,
    async () => {
      const settings = { TRUST_PROXY: '127.0.0.1' }
      const server = await serve(temporaryDatabase(), settings, ['--max-old-space-size=64'])
      const get = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'
      const page = 'GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n'
      const halfBody = `${form}Content-Length: 65000\r\n\r\n${'a'.repeat(64_000)}`
      await openConnections(server, connectionCount, (socket, n) => {
        if (n % 50 === 1) return void socket.write(halfBody)
        if (n % 50 > 1) return void socket.write(get)
        socket.pause().write(page.repeat(15))
      })
      const peak = memoryOf(server)
      // As the handbook says.
      expect(peak).toBeLessThan(300)
      for (let n = 0; n < 20; n++)
        expect((await rawRequest(`${server.url}/healthz`)).status).toBe(200)
      process.stdout.write(`${connectionCount} busy connections: ${peak} MiB\n`)
      expect(await server.end('SIGTERM')).toBe(0)
    },
    240_000,
  )

  it('serves users despite slow and incomplete requests, and closes their connections [J7]', async () => {
    // Enough for all: here only the time of a request is limited.
    const server = await serve(temporaryDatabase(), { MAX_CONNECTIONS: '10000' })
    const leave = startUsers(server, await registered(server))
    const crowds = new Map<string, Crowd>()
    for (const [what, behave] of behaviors)
      crowds.set(what, await openConnections(server, 100, behave))
    for (const [what, { open }] of crowds)
      await expect.poll(open, { ...closedWithin, message: what }).toBe(0)
    expectServed(await leave())
    expect(await server.end('SIGTERM')).toBe(0)
  }, 120_000)

  it.skipIf(!canLimit)(
    'serves open connections when it cannot open more files, and all connections afterwards [J7]',
    async () => {
      const server = await serve(temporaryDatabase())
      const john = await registered(server)
      execFileSync('prlimit', ['--pid', String(server.pid), '--nofile=200'])
      await openConnections(server, 400)
      for (let n = 0; n < 20; n++) {
        const item_id = `item-${n}`
        expect(await john.ask('POST', '/users/me/items', { item_id })).toMatchObject({
          status: 201,
        })
      }
      await expect
        .poll(
          async () => (await rawRequest(`${server.url}/readyz`).catch(() => undefined))?.status,
          closedWithin,
        )
        .toBe(200)
      expect(await john.items()).toHaveLength(20)
      expect(await server.end('SIGTERM')).toBe(0)
    },
    120_000,
  )
})
