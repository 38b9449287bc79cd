/** `/redoc`: the reference, made from the contract by Redoc. */
import { readFileSync } from 'node:fs'
import { generatedFolder } from '../contract/source.ts'
import { page, type StaticFiles, script } from './static-files.ts'

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
      #redoc pre code { white-space: inherit; overflow-wrap: inherit }
      /* Room for every group of operations in the menu. */
      #redoc .menu-content label { padding-block: 7px }
      /* Redoc's dark panel is as high as the page. Here it is beside operations only. */
      #redoc .redoc-wrap > :last-child { display: none }
      @media (width > 75rem) {
        #redoc [id^="operation/"] { background: linear-gradient(to left, #263238 40%, transparent 40%) }
        #redoc .api-info, #redoc [id^="section/"] > div { width: 60rem }
      }
      @media (width < 50rem) {
        #redoc :is(.api-info, div:has(> h2), div:has(> .redoc-markdown)) { padding-inline: 20px }
        #redoc :is(td, th) { padding: 4px; font-size: 13px }
        #redoc td code { padding: 0; font-size: 11px }
      }
    </style>
  </head>
  <body>
    <main id="redoc"></main>
    <script src="/redoc/redoc.standalone.js"></script>
    <script type="module" src="/redoc/start.js"></script>
  </body>
</html>
`

/** Redoc adds style elements, and searches in a worker that it loads from a blob. */
const policy = ["style-src 'unsafe-inline'", "img-src 'self' data:", 'worker-src blob:']

/** The only foreign URL that Redoc's bundle loads: the logo of its maker. */
const logo = 'https://cdn.redoc.ly/redoc/logo-mini.svg'
const emptyImage =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 width=%220%22 height=%220%22/%3E'

export function redoc(): StaticFiles {
  // As latin1, a byte per character: less memory than UTF-8, and the bytes do not change.
  const bundle = readFileSync(new URL('redoc/redoc.standalone.js', generatedFolder), 'latin1')
  const withoutLogo = Buffer.from(bundle.replace(logo, emptyImage), 'latin1')
  const read = (name: string) => readFileSync(new URL(name, import.meta.url))
  return {
    '/redoc': page(html, policy),
    '/redoc/redoc.standalone.js': script(withoutLogo),
    '/redoc/start.js': script(read('start-redoc.js')),
    '/redoc/curl-samples.js': script(read('curl-samples.js')),
  }
}
