/** `/redoc`: the reference, made from the contract by Redoc. */
import { readFileSync } from 'node:fs'
import type { Document } from '#contract'
import { generatedScript } from './generated-files.ts'
import { page, type StaticFiles, script, versioned } from './static-files.ts'

const styles = `    <style>
      body { margin: 0 }
      #redoc td code { word-break: normal; white-space: nowrap }
      #redoc :is(pre, .redoc-json) { font-size: 13px; overflow-wrap: anywhere }
      #redoc :is(pre, .redoc-json) code { white-space: inherit; overflow-wrap: inherit }
      /* Method and path. */
      #redoc [id^="operation/"] h2 + div { overflow-wrap: anywhere }
      #redoc [id^="operation/"] h2 + div button > span { white-space: normal }
      /* Room for every group of operations in the menu. */
      #redoc .menu-content label { padding-block: 7px }
      /* Redoc's dark panel is as high as the page. Here it is beside operations only. */
      #redoc .redoc-wrap > :last-child { display: none }
      @media (width > 75rem) {
        #redoc [id^="operation/"] { background: linear-gradient(to left, #263238 40%, transparent 40%) }
        #redoc .api-info, #redoc [id^="section/"] > div { width: 60rem }
      }
      @media (width <= 75rem) {
        /* In one column, the curl sample is above the parameters and the responses. */
        #redoc [id^="operation/"] { --inline: 40px; flex-direction: column; box-sizing: border-box; padding-inline: var(--inline) }
        #redoc [id^="operation/"] > div { display: contents }
        #redoc [id^="operation/"] > :first-child > * { padding-inline: 0 }
        #redoc [id^="operation/"] > :last-child > * { margin-inline: calc(-1 * var(--inline)); padding: 24px var(--inline); background: #263238 }
        #redoc [id^="operation/"] > :first-child > :nth-child(n + 4) { order: 1 }
        #redoc [id^="operation/"] > :last-child > :nth-child(n + 2) { order: 2 }
      }
      @media (width < 50rem) {
        #redoc :is(.api-info, div:has(> h2), div:has(> .redoc-markdown)) { padding-inline: 20px }
        #redoc [id^="operation/"] { --inline: 20px }
        #redoc :is(td, th) { padding: 4px; font-size: 13px }
        #redoc td code { padding: 0; font-size: 11px }
        #redoc :is(td:first-child, td:last-child code) { white-space: normal; overflow-wrap: anywhere }
      }
    </style>
`

const html = (basePath: string, bundle: string) => `    <main id="redoc"></main>
    <script src="${basePath}${bundle}"></script>
    <script type="module" src="${basePath}/redoc/start.js"></script>
`

/** Redoc adds style elements, and searches in a worker that it loads from a blob. */
const directives = ["style-src 'unsafe-inline'", "img-src 'self' data:", 'worker-src blob:']

export function redoc(basePath: string, { info }: Document): StaticFiles {
  const bundle = generatedScript('redoc/redoc.standalone.js')
  const read = (name: string) => readFileSync(new URL(name, import.meta.url))
  return {
    '/redoc': page({
      title: info?.title ?? 'Reference',
      head: styles,
      body: html(basePath, versioned('/redoc/redoc.standalone.js', bundle)),
      directives,
    }),
    '/redoc/redoc.standalone.js': bundle,
    '/redoc/start.js': script(read('start-redoc.js')),
    '/redoc/curl-samples.js': script(read('curl-samples.js')),
  }
}
