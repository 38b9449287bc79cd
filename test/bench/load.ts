/** A light load generator: each keep-alive connection sends its next request as soon as it has a response. */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly connections: number
  /** The bytes of a request. `number` counts the requests of the run. */
  readonly request: (number: number, connection: number) => string
  /** Called with every response, before the next request of its connection. */
  readonly onResponse?: (body: () => string, connection: number) => void
  /** The load ends after this number of requests, or after this time. */
  readonly requests?: number
  readonly milliseconds?: number
  /**
   * Whether this process uses a core and never sleeps. The kernel charges waking a process to the one that wakes it: a server that is slower than
   * this generator would pay that for each response, a faster one never.
   */
  readonly staysAwake?: boolean
}

export interface LoadResult {
  /** The number of responses per status. */
  readonly statuses: ReadonlyMap<number, number>
  readonly perSecond: number
  /** Milliseconds from request to complete response, in ascending order, per status. */
  readonly times: ReadonlyMap<number, Float64Array>
}

export async function load(options: Load): Promise<LoadResult> {
  const { port, connections, requests = Number.POSITIVE_INFINITY } = options
  const { milliseconds = Number.POSITIVE_INFINITY } = options
  const times = new Map<number, number[]>()
  const start = performance.now()
  let sent = 0
  const next = (connection: number) => {
    if (sent >= requests || performance.now() - start >= milliseconds) return undefined
    return options.request(sent++, connection)
  }
  const record = (status: number, ms: number) => {
    const known = times.get(status)
    if (known) known.push(ms)
    else times.set(status, [ms])
  }
  let isDone = false
  const stayAwake = () => {
    if (!isDone) setImmediate(stayAwake)
  }
  if (options.staysAwake) stayAwake()
  await Promise.all(
    Array.from({ length: connections }, (_, connection) =>
      sendRequests(connect(port, '127.0.0.1'), {
        next: () => next(connection),
        record,
        onResponse: (body) => options.onResponse?.(body, connection),
      }),
    ),
  )
  isDone = true
  const seconds = (performance.now() - start) / 1000
  const statuses = new Map([...times].map(([status, { length }]) => [status, length]))
  const sorted = [...times].map(([status, all]) => [status, Float64Array.from(all).sort()] as const)
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  return { statuses, perSecond: total / seconds, times: new Map(sorted) }
}

/** The percentile of ascending values; `share` is between 0 and 1. */
export function percentile(values: Float64Array | undefined, share: number): number {
  return values?.[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}

interface Exchange {
  readonly next: () => string | undefined
  readonly record: (status: number, ms: number) => void
  readonly onResponse: (body: () => string) => void
}

function sendRequests(socket: Socket, { next, record, onResponse }: Exchange): Promise<void> {
  let received: Buffer = Buffer.alloc(0)
  let sentAt: number | undefined

  function send(): void {
    const request = next()
    if (request === undefined) return void socket.end()
    socket.write(request)
    sentAt = performance.now()
  }

  return new Promise((done, failed) => {
    socket.setNoDelay(true)
    socket.on('connect', send)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (sentAt === undefined || !isComplete(received)) return
      const response = received
      record(Number(response.toString('latin1', 9, 12)), performance.now() - sentAt)
      onResponse(() => response.toString().split('\r\n\r\n')[1] ?? '')
      received = Buffer.alloc(0)
      sentAt = undefined
      send()
    })
    socket.on('close', () =>
      sentAt === undefined ? done() : failed(new Error('the server closed the connection')),
    )
    socket.on('error', failed)
  })
}

const lastChunk = Buffer.from('0\r\n\r\n')

/** Whether the bytes are a complete response. */
function isComplete(bytes: Buffer): boolean {
  const head = bytes.indexOf('\r\n\r\n')
  if (head < 0) return false
  const headers = bytes.toString('latin1', 0, head)
  if (/\r\ntransfer-encoding: *chunked/i.test(headers)) return bytes.subarray(-5).equals(lastChunk)
  const length = /\r\ncontent-length: *(\d+)/i.exec(headers)?.[1]
  return bytes.length >= head + 4 + Number(length ?? 0)
}

/** A GET, as the bytes of a request. */
export function get(path: string, headers: Readonly<Record<string, string>> = {}): string {
  return `GET ${path} HTTP/1.1\r\n${lines({ Host: '127.0.0.1', ...headers })}\r\n`
}

/** A POST, as the bytes of a request. */
export function post(
  path: string,
  content: string | Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = formHeaders,
): string {
  const body = typeof content === 'string' ? content : new URLSearchParams(content).toString()
  const length = String(Buffer.byteLength(body))
  return `POST ${path} HTTP/1.1\r\n${lines({ Host: '127.0.0.1', ...headers, 'Content-Length': length })}\r\n${body}`
}

export const formHeaders = { 'Content-Type': 'application/x-www-form-urlencoded' }

function lines(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
