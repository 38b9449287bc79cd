/** Connects to the first host of a URL that answers and, if the URL demands it, accepts writes. */
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client, ClientConfig } from 'pg'
import { postgresHosts } from '../config/postgres-url.ts'
import { pg } from './pg.ts'
import { describeSession, type Session } from './postgres-process.ts'

export interface Connected {
  readonly client: Client
  /** With its port. */
  readonly host: string
  /** The process that serves it; undefined behind a pooler, such as PgBouncer, which connects it to a different one each time. */
  readonly process: string | undefined
  /** Asks the server to end the statement. Does not throw. */
  cancel(): Promise<void>
  /** Closes the connection without a word to the server. */
  destroy(): void
}

export interface Attempt {
  readonly connected: Promise<Connected>
  /** Closes what is not connected yet. */
  abandon(): void
}

/** What a server tells each connection about the process that serves it. */
interface BackendKey {
  readonly processID: number
  readonly secretKey: number
}

/** A server ends a connection itself that has not logged in after `authentication_timeout`, a minute by default. */
const maxLoginMs = 60_000

/** In place of the version of the protocol in a startup message. */
const cancelCode = 80_877_102
const maxCancelMs = 5_000

/**
 * Each host has its share of `maxMs` to answer; then the next one is tried too, and the first that answers is used. An attempt
 * at a host that has accepted the connection goes on, because a process may already serve it.
 */
export function connector(url: string, config: ClientConfig, maxMs: number): () => Attempt {
  const { urls, mustAcceptWrites, connectTimeoutMs = maxMs } = postgresHosts(url)
  const shareMs = Math.min(connectTimeoutMs, maxMs / urls.length)
  const hosts = urls.map((connectionString, n) => ({ n, config: { ...config, connectionString } }))
  // Begins with the host that was used last.
  let last = 0
  return () => {
    const ended = new AbortController()
    const tries: Promise<Connected>[] = []
    let turn: Promise<unknown> = Promise.resolve()
    const inTurn = [...hosts.slice(last), ...hosts.slice(0, last)]
    for (const host of inTurn) {
      const start = turn
      const attempt = start.then(() => connectTo(host.config, mustAcceptWrites, shareMs, ended))
      tries.push(attempt)
      const failed = new Promise<void>((resolve) => attempt.catch(() => resolve()))
      const isOver = start.then(() => pause(shareMs, undefined, { ref: false }))
      turn = Promise.race([failed, isOver])
      attempt.then(
        () => {
          last = host.n
        },
        () => {},
      )
    }
    const connected = Promise.any(tries).catch(({ errors }: AggregateError) =>
      Promise.reject(
        errors.length === 1
          ? errors[0]
          : new Error(reasons(inTurn.map(({ n }, at) => [n, errors[at]]))),
      ),
    )
    return { connected, abandon: () => ended.abort() }
  }
}

/** Hosts have the numbers of their order in the URL. */
function reasons(errors: readonly (readonly [n: number, error: unknown])[]): string {
  return errors
    .toSorted(([one], [other]) => one - other)
    .map(([n, error]) => `host ${n + 1}: ${error instanceof Error ? error.message : error}`)
    .join('; ')
}

/** Aborts `ended` once it is connected, which ends the attempts at other hosts. */
async function connectTo(
  config: ClientConfig,
  mustAcceptWrites: boolean,
  shareMs: number,
  ended: AbortController,
): Promise<Connected> {
  ended.signal.throwIfAborted()
  const socket = new Socket()
  const client = new (pg().Client)({ ...config, stream: () => socket })
  client.on('error', () => {})
  let key: BackendKey = { processID: 0, secretKey: 0 }
  client.connection.once('backendKeyData', (received: BackendKey) => {
    key = received
  })
  let session: Session | undefined
  const giveUp = () => socket.destroy(new Error('the server did not answer'))
  const unreachable = setTimeout(() => socket.connecting && giveUp(), shareMs)
  const mute = setTimeout(giveUp, maxLoginMs)
  ended.signal.addEventListener('abort', giveUp)
  try {
    await client.connect()
    session = (await client.query<Session>(describeSession)).rows[0]
    if (mustAcceptWrites && session?.read_only !== 'off')
      throw new Error('the server does not accept writes')
    ended.signal.throwIfAborted()
    ended.signal.removeEventListener('abort', giveUp)
    ended.abort()
  } catch (error) {
    void client.end()
    setTimeout(() => socket.destroy(), shareMs).unref()
    throw error
  } finally {
    ended.signal.removeEventListener('abort', giveUp)
    clearTimeout(unreachable)
    clearTimeout(mute)
  }
  return {
    client,
    host: `${client.host}:${client.port}`,
    process: session?.pid === key.processID ? session.process : undefined,
    cancel: () => cancel(config, key),
    destroy: () => void socket.destroy(),
  }
}

/** Sends a CancelRequest of the protocol, on a connection of its own, which the server closes without an answer. */
async function cancel(config: ClientConfig, { processID, secretKey }: BackendKey): Promise<void> {
  const client = new (pg().Client)({ ...config, connectionTimeoutMillis: maxCancelMs })
  const { connection } = client.on('error', () => {})
  const request = Buffer.alloc(16)
  for (const [n, number] of [request.length, cancelCode, processID, secretKey].entries())
    request.writeInt32BE(number, 4 * n)
  // `pg` calls it when the connection is open, with TLS if the URL says so.
  Object.assign(connection, { startup: () => connection.stream.write(request) })
  await client.connect().then(
    () => client.end(),
    () => {},
  )
}
