/** A light load generator: keep-alive connections that ask, each again as soon as it is answered. */
import { connect, type Socket } from 'node:net'

export interface Load {
  readonly port: number
  readonly connections: number
  /** The bytes of a request. One number is asked once; `connection` is that which asks it. */
  readonly request: (number: number, connection: number) => string
  /** Told of every answer, for what is asked next on its connection. */
  readonly answered?: (body: () => string, connection: number) => void
  /** Asks so many, */
  readonly requests?: number
  /** or for so long. */
  readonly milliseconds?: number
}

export interface Answers {
  /** How many of each status. */
  readonly statuses: ReadonlyMap<number, number>
  readonly perSecond: number
  /** Milliseconds from asking to the whole answer, in ascending order, for each status. */
  readonly times: ReadonlyMap<number, Float64Array>
}

export async function load(options: Load): Promise<Answers> {
  const { port, connections, requests = Number.POSITIVE_INFINITY } = options
  const { milliseconds = Number.POSITIVE_INFINITY } = options
  const times = new Map<number, number[]>()
  const begun = performance.now()
  let asked = 0
  const next = (connection: number) => {
    if (asked >= requests || performance.now() - begun >= milliseconds) return undefined
    return options.request(asked++, connection)
  }
  const note = (status: number, ms: number) => {
    const known = times.get(status)
    if (known) known.push(ms)
    else times.set(status, [ms])
  }
  await Promise.all(
    Array.from({ length: connections }, (_, connection) =>
      converse(connect(port, '127.0.0.1'), {
        next: () => next(connection),
        note,
        answered: (body) => options.answered?.(body, connection),
      }),
    ),
  )
  const seconds = (performance.now() - begun) / 1000
  const statuses = new Map([...times].map(([status, { length }]) => [status, length]))
  const sorted = [...times].map(([status, all]) => [status, Float64Array.from(all).sort()] as const)
  const total = [...statuses.values()].reduce((sum, count) => sum + count, 0)
  return { statuses, perSecond: total / seconds, times: new Map(sorted) }
}

/** The value below which this share of the ascending values lies. */
export function percentile(values: Float64Array | undefined, share: number): number {
  return values?.[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN
}

interface Conversation {
  readonly next: () => string | undefined
  readonly note: (status: number, ms: number) => void
  readonly answered: (body: () => string) => void
}

function converse(socket: Socket, { next, note, answered }: Conversation): Promise<void> {
  let received: Buffer = Buffer.alloc(0)
  let asked: number | undefined

  function ask(): void {
    const request = next()
    if (request === undefined) return void socket.end()
    socket.write(request)
    asked = performance.now()
  }

  return new Promise((done, failed) => {
    socket.setNoDelay(true)
    socket.on('connect', ask)
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      if (asked === undefined || !isWhole(received)) return
      const answer = received
      note(Number(answer.toString('latin1', 9, 12)), performance.now() - asked)
      answered(() => answer.toString().split('\r\n\r\n')[1] ?? '')
      received = Buffer.alloc(0)
      asked = undefined
      ask()
    })
    socket.on('close', () =>
      asked === undefined ? done() : failed(new Error('the server hung up')),
    )
    socket.on('error', failed)
  })
}

const lastChunk = Buffer.from('0\r\n\r\n')

/** Whether these are the bytes of a whole answer. */
function isWhole(bytes: Buffer): boolean {
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
