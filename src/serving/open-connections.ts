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

interface Open {
  readonly openedAt: number
  readonly network: string | undefined
}

export type OpenConnections = ReturnType<typeof openConnections>

export function openConnections(limits: ConnectionLimits) {
  const { max, maxPerNetwork, networkOf, activityOf, onClosed } = limits
  /** In the order of the last activity. */
  const all = new Map<Socket, Open>()

  function close(socket: Socket, activity: Activity): void {
    all.delete(socket)
    socket.destroy()
    onClosed?.(activity)
  }

  function rankOf(socket: Socket, now: number): number {
    const activity = activityOf(socket)
    const isNew = activity === 'silent' && now - (all.get(socket)?.openedAt ?? 0) < transitMs
    return activities.indexOf(isNew ? 'receiving' : activity)
  }

  /** Closes the one whose last activity is oldest, among those that do least. False if all are being served. */
  function closeLeastActive(sockets: Iterable<Socket>): boolean {
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
    if (least) close(least, activityOf(least))
    return least !== undefined
  }

  return {
    size: () => all.size,
    all: () => all.keys(),
    /** Makes room for a new connection; closes the new one if requests are being processed on all others. */
    add(socket: Socket): void {
      const network = networkOf(socket)
      const own: Socket[] = []
      // A proxy has no network.
      if (network !== undefined)
        for (const [each, open] of all) if (open.network === network) own.push(each)
      const hasRoom =
        (own.length < maxPerNetwork || closeLeastActive(own)) &&
        (all.size < max || closeLeastActive(all.keys()))
      if (!hasRoom) return close(socket, activityOf(socket))
      all.set(socket, { openedAt: performance.now(), network })
      socket.once('close', () => all.delete(socket))
    },
    /** Called when a request begins, and when the last one is completed. */
    touch(socket: Socket): void {
      const open = all.get(socket)
      if (!open) return
      all.delete(socket)
      all.set(socket, open)
    },
  }
}
