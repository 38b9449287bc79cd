/** `/docs`: the contract, to be tried out. */
import { readFileSync } from 'node:fs'
import { generatedFolder } from '../contract/source.ts'
import { file, page, type ServedPaths, script } from './serving.ts'

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tessera</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <style>
      body { margin: 0 }
      header { max-width: 1420px; margin: 30px auto 0; padding: 0 20px; font: 16px/1.5 sans-serif; color: #3b4151 }
      header a { color: #4990e2 }
      /* The built-in client logs in, and has neither an id nor a secret to be typed. */
      .auth-container .wrapper:has(> :is([for=password_type], [for^=client_])) { display: none }
      /* No scope is required at login, and few accounts hold all: who asks for one that he lacks is refused. */
      .auth-container :is(.scope-def, .scopes h2 a) { display: none }
    </style>
  </head>
  <body>
    <header>
      <h1>Tessera</h1>
      <p>
        Press <b>Authorize</b> and log in with a username and a password. With no scope ticked, the token opens all that the account
        holds; tick fewer to get a token that opens less. A scope that the account lacks is refused. Then open an operation and <b>Try it out</b>. At <code>/revoke</code> and
        <code>/introspect</code> a client proves itself by the padlock, or by <code>client_id</code> and <code>client_secret</code> in the form:
        not by both. The handbook is <a href="/redoc">the reference</a>; the contract itself is <a href="/openapi.yaml">openapi.yaml</a>
        and <a href="/openapi.json">openapi.json</a>.
      </p>
    </header>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script type="module" src="/docs/start.js"></script>
  </body>
</html>
`

/** Swagger UI writes style attributes, and its icons are in its style sheet. */
const needs = ["style-src 'self' 'unsafe-inline'", "img-src 'self' data:"]

export function swaggerUi(): ServedPaths {
  const read = (name: string) => readFileSync(new URL(`swagger-ui/${name}`, generatedFolder))
  const start = readFileSync(new URL('./start-swagger-ui.js', import.meta.url))
  return {
    '/docs': page(html, needs),
    '/docs/swagger-ui.css': file('text/css; charset=utf-8', read('swagger-ui.css')),
    '/docs/swagger-ui-bundle.js': script(read('swagger-ui-bundle.js')),
    '/docs/start.js': script(start),
  }
}
