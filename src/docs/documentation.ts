/** `/redoc`, and `/openapi.yaml` as it was written: served from here, with no request to anywhere else. */
import { readFileSync } from 'node:fs'
import express, { type RequestHandler, type Router } from 'express'
import { MethodNotAllowed } from '../contract/refusal.ts'
import { send } from '../contract/reply.ts'
import { contractFile, generatedFolder } from '../contract/source.ts'

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tessera</title>
    <link rel="icon" href="data:,">
    <style>body { margin: 0 }</style>
  </head>
  <body>
    <redoc spec-url="/openapi.yaml"></redoc>
    <script src="/redoc/redoc.standalone.js"></script>
  </body>
</html>
`

/** Redoc writes its own style elements and searches in a worker that it makes of a blob. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  'worker-src blob:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The only address in Redoc's bundle that a page would fetch: the logo in its corner. Replaced by an empty picture. */
const foreignLogo = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const noPicture = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'

export function documentation(): Router {
  const bundle = readFileSync(new URL('redoc/redoc.standalone.js', generatedFolder), 'utf8')
  const router = express.Router()
  router.use(['/openapi.yaml', '/redoc', '/redoc/redoc.standalone.js'], readOnly)
  router.get('/openapi.yaml', file('application/yaml', readFileSync(contractFile, 'utf8')))
  router.get('/redoc', withPolicy, file('text/html; charset=utf-8', page))
  router.get(
    '/redoc/redoc.standalone.js',
    file('text/javascript; charset=utf-8', bundle.replace(foreignLogo, noPicture)),
  )
  return router
}

const allow = 'GET, HEAD, OPTIONS'

/** At these paths themselves, and not below them. */
const readOnly: RequestHandler = (req, res, next) => {
  if (req.path !== '/' || req.method === 'GET' || req.method === 'HEAD') return next()
  if (req.method !== 'OPTIONS') throw new MethodNotAllowed(allow)
  send(res, { status: 204, headers: { Allow: allow } })
}

const withPolicy: RequestHandler = (_req, res, next) => {
  res.setHeader('Content-Security-Policy', policy)
  next()
}

function file(mediaType: string, text: string): RequestHandler {
  const bytes = Buffer.from(text)
  return function file(_req, res) {
    res.setHeader('Content-Type', mediaType)
    res.setHeader('Content-Length', bytes.length)
    res.setHeader('Cache-Control', 'no-cache')
    res.end(bytes)
  }
}
