/** Binds a server to a port of HOST. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InvalidSetting } from './config.ts'

export interface Place {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The setting that names the port. */
  readonly setting: 'PORT' | 'METRICS_PORT'
}

/** Where it listens, `http://…`. */
export async function listen(server: Server, { host, port, setting }: Place): Promise<string> {
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: Error & { code?: string }) =>
      failed(
        error.code === 'EADDRINUSE' ? new InvalidSetting(`${setting} ${port} is taken`) : error,
      ),
    )
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      listening()
    })
  })
  const { port: bound } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}
