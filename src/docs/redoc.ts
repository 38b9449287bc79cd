/** `/redoc`: the contract, to be read. */
import { readFileSync } from 'node:fs'
import { generatedFolder } from '../contract/source.ts'
import { page, type ServedPaths, script } from './serving.ts'

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tessera</title>
    <link rel="icon" href="data:,">
    <style>
      body { margin: 0 }
      #redoc td code { word-break: normal; white-space: nowrap }
      #redoc pre { font-size: 13px; overflow-wrap: anywhere }
      #redoc pre code { white-space: inherit }
    </style>
  </head>
  <body>
    <main id="redoc"></main>
    <script src="/redoc/redoc.standalone.js"></script>
    <script type="module" src="/redoc/start.js"></script>
  </body>
</html>
`

/** Redoc writes its own style elements and searches in a worker that it makes of a blob. */
const needs = ["style-src 'unsafe-inline'", "img-src 'self' data:", 'worker-src blob:']

/** The only address in Redoc's bundle that a page would fetch: the logo in its corner. Replaced by an empty picture. */
const foreignLogo = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const noPicture = 'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E'

export function redoc(): ServedPaths {
  // A character a byte: half the memory of what the bundle says, and the same bytes again in the end.
  const bundle = readFileSync(new URL('redoc/redoc.standalone.js', generatedFolder), 'latin1')
  const withoutLogo = Buffer.from(bundle.replace(foreignLogo, noPicture), 'latin1')
  const start = readFileSync(new URL('./start-redoc.js', import.meta.url))
  return {
    '/redoc': page(html, needs),
    '/redoc/redoc.standalone.js': script(withoutLogo),
    '/redoc/start.js': script(start),
  }
}
