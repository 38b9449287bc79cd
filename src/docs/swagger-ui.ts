/** `/docs`: a console for the operations of the contract, made by Swagger UI. */
import { readFileSync } from 'node:fs'
import type { Document } from '#contract'
import { generatedScript, generatedStyles } from './generated-files.ts'
import { htmlText, page, type StaticFiles, script, versioned } from './static-files.ts'

const ofClients = ` At <code>/revoke</code> and
        <code>/introspect</code>, a client authenticates with the padlock, or with <code>client_id</code> and <code>client_secret</code> in
        the form, but not with both.`

const head = (styleSheet: string) => `    <link rel="stylesheet" href="${styleSheet}">
    <style>
      body { margin: 0 }
      header { max-width: 1420px; margin: 30px auto 0; padding: 0 20px; font: 16px/1.5 sans-serif; color: #3b4151 }
      header a { color: #4990e2 }
      /* Users log in through the built-in client, which needs neither an id nor a secret. */
      .auth-container .wrapper:has(> :is([for=password_type], [for^=client_])) { display: none }
      /* A login with a scope that the account does not hold fails, so the page does not offer to select all scopes. */
      .auth-container :is(.scope-def, .scopes h2 a) { display: none }
      /* The columns of a table of responses do not fit on a telephone: each cell is a row. */
      @media (max-width: 640px) {
        .responses-table, .responses-table > tbody, .response, .response > td { display: block; width: auto !important }
        .responses-table > thead, .response-col_links:has(> i) { display: none }
        .operation-link pre { white-space: pre-wrap; overflow-wrap: anywhere }
      }
    </style>
`

const html = (title: string, clients: string, basePath: string, bundle: string) => `    <header>
      <h1>${htmlText(title)}</h1>
      <p>
        Press <b>Authorize</b> and log in with a username and a password. Select no scope to get every scope that your account holds; a
        scope that it does not hold is rejected. Then open an operation and press <b>Try it out</b>.${clients} See also <a href="${basePath}/redoc">the reference</a> and the contract, <a href="${basePath}/openapi.yaml">openapi.yaml</a>
        or <a href="${basePath}/openapi.json">openapi.json</a>.
      </p>
    </header>
    <div id="swagger-ui"></div>
    <script src="${basePath}${bundle}"></script>
    <script type="module" src="${basePath}/docs/start.js"></script>
`

/** Swagger UI sets style attributes, and its style sheet contains its icons. */
const directives = ["style-src 'self' 'unsafe-inline'", "img-src 'self' data:"]

export function swaggerUi(basePath: string, { info, paths }: Document): StaticFiles {
  const bundle = generatedScript('swagger-ui/swagger-ui-bundle.js')
  const styles = generatedStyles('swagger-ui/swagger-ui.css')
  const start = readFileSync(new URL('./start-swagger-ui.js', import.meta.url))
  const title = info?.title ?? 'Console'
  const clients = '/revoke' in paths && '/introspect' in paths ? ofClients : ''
  return {
    '/docs': page({
      title,
      head: head(`${basePath}${versioned('/docs/swagger-ui.css', styles)}`),
      body: html(title, clients, basePath, versioned('/docs/swagger-ui-bundle.js', bundle)),
      directives,
    }),
    '/docs/swagger-ui.css': styles,
    '/docs/swagger-ui-bundle.js': bundle,
    '/docs/start.js': script(start),
  }
}
