/** The paths of the servers of a contract, below which its own paths are. */
import type { Server } from './openapi.ts'

/** Distinct, without a slash at the end; `/` for the root. Variables have their defaults. */
export function basePathsOf(servers: readonly Server[] = []): string[] {
  const all = servers.length > 0 ? servers : [{ url: '/' }]
  return [...new Set(all.map(pathOfServer))]
}

function pathOfServer({ url, variables = {} }: Server): string {
  const plain = url.replace(/\{([^{}]*)\}/g, (_, name) => variables[name]?.default ?? '')
  const path = plain.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').replace(/[?#].*/, '')
  return new URL(path, 'http://localhost').pathname.replace(/(?<=.)\/+$/, '')
}
