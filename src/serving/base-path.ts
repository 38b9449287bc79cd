/** Makes the server work below the path of ISSUER, behind a proxy that removes the path from requests or does not. */
import type { RequestHandler } from 'express'
import type { OperationTable } from '#contract'
import { InvalidSetting } from '../config/config.ts'

/** The metadata whose path RFC 8414 §3.1 and §5 and RFC 9728 §3.1 insert before the path of the issuer. */
const inserted = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-protected-resource',
  '/.well-known/openid-configuration',
]

/** `/auth/token` is `/token`, and `/.well-known/oauth-authorization-server/auth` is the same without `/auth`. */
export function removeBasePath(basePath: string): RequestHandler {
  if (!basePath) return (_req, _res, next) => next()
  const metadata = new Map(inserted.map((path) => [`${path}${basePath}`, path]))
  return function removeBasePath(req, _res, next) {
    const end = req.url.indexOf('?')
    const [path, query] = end < 0 ? [req.url, ''] : [req.url.slice(0, end), req.url.slice(end)]
    const rest = path === basePath ? '/' : path.slice(basePath.length)
    const isBelow = path.startsWith(basePath) && rest.startsWith('/')
    req.url = `${metadata.get(path) ?? (isBelow ? rest : path)}${query}`
    next()
  }
}

/** `/users/token` would be `/token` or an account: a path of ISSUER must not begin like one of the server. */
export function requireDistinctBasePath(basePath: string, operations: OperationTable): void {
  const first = (path: string) => path.split('/')[1]
  const own = [
    ...Object.values(operations).map(({ path }) => path),
    '/docs',
    '/problems',
    '/redoc',
  ].map(first)
  if (basePath && own.includes(first(basePath)))
    throw new InvalidSetting(
      `the path of ISSUER must not begin with /${first(basePath)}, a path of the server`,
    )
}
