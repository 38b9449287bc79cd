/** Asks PostgreSQL to end the statement of a connection, over a connection of its own (protocol: CancelRequest). */
import { once } from 'node:events'
import { isIP, Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'

/** What a server tells each connection about the process that serves it. */
export interface BackendKey {
  readonly processID: number
  readonly secretKey: number
}

export interface CancelTarget {
  /** A folder, if it begins with a slash. */
  readonly host: string
  readonly port: number
  /** Undefined without TLS. */
  readonly tls: ConnectionOptions | undefined
  /** Whether TLS begins without a question whether the server supports it. */
  readonly isDirectTls: boolean
}

const maxMs = 5_000

/** Resolves when the server has received it; rejects after five seconds. The server does not say whether a statement was ended. */
export async function sendCancelRequest(target: CancelTarget, key: BackendKey): Promise<void> {
  const signal = AbortSignal.timeout(maxMs)
  // Each wait below rejects for its own error: no error goes unhandled between two of them.
  const socket = new Socket({ signal }).on('error', () => {})
  try {
    const stream = await open(socket, target, signal)
    const closed = once(stream.resume(), 'close', { signal })
    stream.end(packet(80_877_102, key.processID, key.secretKey))
    await closed
  } finally {
    socket.destroy()
  }
}

async function open(socket: Socket, target: CancelTarget, signal: AbortSignal): Promise<Socket> {
  const { host, port, tls, isDirectTls } = target
  if (host.startsWith('/')) socket.connect(`${host}/.s.PGSQL.${port}`)
  else socket.connect(port, host)
  await once(socket, 'connect', { signal })
  if (!tls) return socket
  if (!isDirectTls) {
    socket.write(packet(80_877_103))
    const [answer] = await once(socket, 'data', { signal })
    if (String(answer) !== 'S') throw new Error('the server does not support TLS')
  }
  const stream = connectTls({
    socket,
    host,
    // RFC 6066 §3: an address is no server name.
    ...(isIP(host) === 0 && { servername: host }),
    ...(isDirectTls && { ALPNProtocols: ['postgresql'] }),
    ...tls,
  }).on('error', () => {})
  await once(stream, 'secureConnect', { signal })
  return stream
}

/** 32-bit numbers after their length in bytes. */
function packet(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * numbers.length)
  bytes.writeInt32BE(bytes.length)
  for (const [n, number] of numbers.entries()) bytes.writeInt32BE(number, 4 + 4 * n)
  return bytes
}
