/** Binds a server to a port of HOST. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { InvalidSetting } from '../config/config.ts'

export interface Place {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The setting that names the port. */
  readonly setting: 'PORT' | 'METRICS_PORT'
}

/** Where it listens, `http://…`. Throws InvalidSetting where the system does not let it. */
export async function listen(server: Server, place: Place): Promise<string> {
  const { host, port } = place
  await new Promise<void>((listening, failed) => {
    server.once('error', (error: Error & { code?: string }) => failed(faultOf(error, place)))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      listening()
    })
  })
  const { port: bound } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound}`
}

function faultOf(error: Error & { code?: string }, { host, port, setting }: Place): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new InvalidSetting(`${setting} ${port} is taken`)
    case 'EACCES':
      return new InvalidSetting(`${setting} ${port} may not be used by this user`)
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new InvalidSetting(`HOST ${host} is not an address of this machine`)
    default:
      return error
  }
}
