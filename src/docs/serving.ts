/** Serves what is held in memory, whole: each path answers the same until the next start. */
import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import { MethodNotAllowed } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'

/** What one path answers. */
export interface Served {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** By path, without a slash at the end. */
export type ServedPaths = Readonly<Record<string, Served>>

const allow = 'GET, HEAD, OPTIONS'

export function serving(paths: ServedPaths): RequestHandler {
  const served = new Map(Object.entries(paths))
  return function serving(req, res, next) {
    const found = served.get(req.path) ?? served.get(req.path.replace(/(.)\/$/, '$1'))
    if (found === undefined) return next()
    if (req.method === 'OPTIONS') return send(res, { status: 204, headers: { Allow: allow } })
    if (req.method !== 'GET' && req.method !== 'HEAD') throw new MethodNotAllowed(allow)
    res.statusCode = found.status
    for (const [name, value] of Object.entries(found.headers)) res.setHeader(name, value)
    if (req.fresh) return void res.writeHead(304).end()
    res.setHeader('Content-Length', found.body.length)
    res.end(found.body)
  }
}

/** A file. A browser asks each time whether it is still the same. */
export function file(mediaType: string, content: string | Buffer): Served {
  const body = typeof content === 'string' ? Buffer.from(content) : content
  const digest = createHash('sha256').update(body).digest('base64url')
  const headers = { 'Content-Type': mediaType, 'Cache-Control': 'no-cache', ETag: `"${digest}"` }
  return { status: 200, headers, body }
}

export const script = (content: string | Buffer): Served =>
  file('text/javascript; charset=utf-8', content)

/**
 * A page that may load what this server has, and nothing else.
 *
 * @param needs what its script needs beyond that, as directives of a Content-Security-Policy
 */
export function page(html: string, needs: readonly string[]): Served {
  const { headers, ...rest } = file('text/html; charset=utf-8', html)
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    ...needs,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return { ...rest, headers: { ...headers, 'Content-Security-Policy': policy.join('; ') } }
}

export function redirect(location: string): Served {
  return { status: 302, headers: { Location: location }, body: Buffer.alloc(0) }
}
