/** Serves files from memory. Their content does not change until the next start. */
import { createHash } from 'node:crypto'
import type { RequestHandler } from 'express'
import { MethodNotAllowed } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'

export interface StaticFile {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** By path. */
export type StaticFiles = Readonly<Record<string, StaticFile>>

const allow = 'GET, HEAD, OPTIONS'

export function serveFiles(files: StaticFiles): RequestHandler {
  const byPath = new Map(Object.entries(files))
  return function serveFiles(req, res, next) {
    const found = byPath.get(req.path)
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

/** A file that a browser caches and revalidates each time. */
export function file(mediaType: string, content: string | Buffer): StaticFile {
  const body = typeof content === 'string' ? Buffer.from(content) : content
  const digest = createHash('sha256').update(body).digest('base64url')
  const headers = { 'Content-Type': mediaType, 'Cache-Control': 'no-cache', ETag: `"${digest}"` }
  return { status: 200, headers, body }
}

export const script = (content: string | Buffer): StaticFile =>
  file('text/javascript; charset=utf-8', content)

/**
 * A page that loads scripts and data from this server only.
 *
 * @param directives what else the page may load, as directives of its Content-Security-Policy
 */
export function page(html: string, directives: readonly string[]): StaticFile {
  const { headers, ...rest } = file('text/html; charset=utf-8', html)
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "connect-src 'self'",
    ...directives,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return { ...rest, headers: { ...headers, 'Content-Security-Policy': policy.join('; ') } }
}

export function redirect(location: string): StaticFile {
  return { status: 302, headers: { Location: location }, body: Buffer.alloc(0) }
}
