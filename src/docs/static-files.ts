/** Serves files from memory, compressed if the client accepts it. Their content does not change until the next start. */
import { createHash } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import { send } from '#contract'
import { HttpError } from '../http-error.ts'
import { type Coding, codingNames } from './codings.ts'

export interface StaticFile {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** The body in each coding that it has. */
  readonly encoded: Readonly<Partial<Record<Coding, Buffer>>>
  /** Changes with the content. Empty if there is none. */
  readonly version: string
}

/** By path. */
export type StaticFiles = Readonly<Record<string, StaticFile>>

export const scriptType = 'text/javascript; charset=utf-8'
export const cssType = 'text/css; charset=utf-8'

const allow = 'GET, HEAD, OPTIONS'
const methodNotAllowed = new HttpError<405, string, { readonly Allow: string }>(
  405,
  'method_not_allowed',
  `Method not allowed: use ${allow}`,
  { headers: { Allow: allow } },
)

export function serveFiles(files: StaticFiles): RequestHandler {
  const byPath = new Map(Object.entries(files))
  return function serveFiles(req, res, next) {
    const found = byPath.get(req.path)
    if (found === undefined) return next()
    if (req.method === 'OPTIONS') return send(res, { status: 204, headers: { Allow: allow } })
    if (req.method !== 'GET' && req.method !== 'HEAD') throw methodNotAllowed
    const { status, headers, version, encoded } = found
    const coding = codingFor(req, found)
    res.statusCode = status
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    if (version) {
      // A tag stands for bytes, and each coding has different ones (RFC 9110 §8.8.3).
      res.setHeader('ETag', `"${version}${coding ? `-${coding}` : ''}"`)
      const isVersioned = req.url.endsWith(`?${version}`)
      res.setHeader('Cache-Control', isVersioned ? 'max-age=31536000, immutable' : 'no-cache')
    }
    if (Object.keys(encoded).length > 0) res.vary('Accept-Encoding')
    if (req.fresh) return void res.writeHead(304).end()
    const body = (coding && encoded[coding]) ?? found.body
    if (coding) res.setHeader('Content-Encoding', coding)
    res.setHeader('Content-Length', body.length)
    res.end(body)
  }
}

function codingFor(req: Request, { encoded }: StaticFile): Coding | undefined {
  return codingNames.find((coding) => encoded[coding] && req.acceptsEncodings(coding))
}

/** A file that a browser caches, and revalidates each time unless its address has the version. */
export function file(
  mediaType: string,
  content: string | Buffer,
  encoded: StaticFile['encoded'] = {},
): StaticFile {
  const body = typeof content === 'string' ? Buffer.from(content) : content
  const version = createHash('sha256').update(body).digest('base64url')
  return { status: 200, headers: { 'Content-Type': mediaType }, body, encoded, version }
}

export const script = (content: string | Buffer): StaticFile => file(scriptType, content)

/** The address of a file with its version, which may be cached forever. */
export const versioned = (path: string, { version }: StaticFile): string => `${path}?${version}`

export interface Page {
  readonly title: string
  /** Beside the title. */
  readonly head: string
  readonly body: string
  /** What it may load besides scripts and data from this server, as directives of its Content-Security-Policy. */
  readonly directives: readonly string[]
}

export function page({ title, head, body, directives }: Page): StaticFile {
  const { headers, ...rest } = file('text/html; charset=utf-8', html(title, head, body))
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

const html = (title: string, head: string, body: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${htmlText(title)}</title>
    <link rel="icon" href="data:,">
${head}  </head>
  <body>
${body}  </body>
</html>
`

export const htmlText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

export function redirect(location: string): StaticFile {
  const headers = { Location: location }
  return { status: 302, headers, body: Buffer.alloc(0), encoded: {}, version: '' }
}
