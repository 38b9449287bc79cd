/** A TCP proxy that can stop forwarding, as a network that loses packets: connections succeed, but no data arrives. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface SilentProxy {
  readonly port: number
  silence(): void
  /** No data arrives on the connections of now; new ones work. */
  cut(): void
  resume(): void
  close(): Promise<void>
}

export async function silentProxy(port: number): Promise<SilentProxy> {
  const sockets = new Set<Socket>()
  let isSilent = false
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((near) => {
    keep(near)
    if (isSilent) return void near.pause()
    const far = connect(port, '127.0.0.1')
    keep(far)
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    silence() {
      isSilent = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    cut() {
      for (const socket of sockets) socket.unpipe().pause()
    },
    resume() {
      isSilent = false
      // What was in flight is lost.
      for (const socket of sockets) socket.destroy()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
