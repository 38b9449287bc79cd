/** Binds a server to a port of HOST. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InvalidSetting } from '../config/config.ts'

export interface ListenOptions {
  readonly host: string
  /** 0 picks a free port. */
  readonly port: number
  /** The setting that names the port. */
  readonly setting: 'PORT' | 'METRICS_PORT'
}

/** Returns the URL, `http://…`. Throws `InvalidSetting` if the address or the port cannot be used. */
export async function listen(server: Server, options: ListenOptions): Promise<string> {
  const { host, port } = options
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: Error & { code?: string }) => reject(listenError(error, options)))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      resolve()
    })
  })
  const { port: bound } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

function listenError(
  error: Error & { code?: string },
  { host, port, setting }: ListenOptions,
): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new InvalidSetting(
        `${setting} ${port} is in use: stop the other process, or set a different port`,
      )
    case 'EACCES':
      return new InvalidSetting(
        `no permission to listen on ${setting} ${port}: set a port of 1024 or higher`,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new InvalidSetting(`HOST ${host} is not an address of this machine`)
    default:
      return error
  }
}
