/** Holds the open connections, in the order of their last activity. One that is too many closes the least active. */
import type { Socket } from 'node:net'

/**
 * What a connection does, least active first: it has sent nothing yet; it waits for its next request; its request is incomplete; its
 * client has not read the response; a request is being processed.
 */
export const activities = ['silent', 'idle', 'receiving', 'unread', 'served'] as const
export type Activity = (typeof activities)[number]

/** A new connection that has sent nothing counts as receiving for this time: its request may be in transit. */
const transitMs = 1_000

export interface ConnectionLimits {
  readonly max: number
  readonly maxPerNetwork: number
  /** Undefined for a proxy, whose connections stand for many clients. */
  readonly networkOf: (socket: Socket) => string | undefined
  readonly activityOf: (socket: Socket) => Activity
  /** Called for each connection that is closed to keep the limits. */
  readonly onClosed?: (activity: Activity) => void
}

export interface OpenConnections {
  readonly size: () => number
  readonly all: () => Iterable<Socket>
  /** Makes room for a new connection; closes the new one if requests are being processed on all others. */
  add(socket: Socket): void
  /** Called when a request begins, and when the last one is completed. */
  touch(socket: Socket): void
}

export function openConnections(limits: ConnectionLimits): OpenConnections {
  const { max, maxPerNetwork, networkOf, activityOf, onClosed } = limits
  const all = new Set<Socket>()
  const openedAt = new WeakMap<Socket, number>()
  const networks = new Map<string, Set<Socket>>()
  const networkNames = new WeakMap<Socket, string>()

  function groupOf(socket: Socket): Set<Socket> | undefined {
    return networks.get(networkNames.get(socket) ?? '')
  }

  function remove(socket: Socket): void {
    all.delete(socket)
    const group = groupOf(socket)
    group?.delete(socket)
    if (group?.size === 0) networks.delete(networkNames.get(socket) ?? '')
  }

  function close(socket: Socket, activity: Activity): void {
    remove(socket)
    socket.destroy()
    onClosed?.(activity)
  }

  function rankOf(socket: Socket, now: number): number {
    const activity = activityOf(socket)
    const isNew = activity === 'silent' && now - (openedAt.get(socket) ?? 0) < transitMs
    return activities.indexOf(isNew ? 'receiving' : activity)
  }

  /** The one whose last activity is oldest, among those that do least. Undefined if all are being served. */
  function leastActive(sockets: Iterable<Socket>): Socket | undefined {
    const now = performance.now()
    let least: Socket | undefined
    let rank = activities.indexOf('served')
    for (const socket of sockets) {
      const found = rankOf(socket, now)
      if (found >= rank) continue
      least = socket
      rank = found
      if (rank === 0) break
    }
    return least
  }

  /** False if there is no room. */
  function makeRoom(sockets: ReadonlySet<Socket>, limit: number): boolean {
    if (sockets.size < limit) return true
    const least = leastActive(sockets)
    if (least) close(least, activityOf(least))
    return least !== undefined
  }

  return {
    size: () => all.size,
    all: () => all,
    add(socket) {
      const network = networkOf(socket)
      const group = networks.get(network ?? '') ?? new Set()
      const hasRoom = makeRoom(network === undefined ? new Set() : group, maxPerNetwork)
      if (!hasRoom || !makeRoom(all, max)) return close(socket, activityOf(socket))
      all.add(socket)
      openedAt.set(socket, performance.now())
      if (network !== undefined) {
        networkNames.set(socket, network)
        networks.set(network, group.add(socket))
      }
      socket.once('close', () => remove(socket))
    },
    touch(socket) {
      if (!all.delete(socket)) return
      all.add(socket)
      const group = groupOf(socket)
      if (group?.delete(socket)) group.add(socket)
    },
  }
}
