/** `/problems`: what each error code means, from the table of the contract. The `type` of a Problem leads to its code there. */
import { contract } from '../../generated/contract.ts'
import { page, type StaticFiles } from './static-files.ts'

/** The `type` of a Problem: without the setting ISSUER, relative to the URL of the request (RFC 9457 §3.1.1). */
export const problemType =
  (issuer = '') =>
  (code: string): string =>
    `${issuer.replace(/\/$/, '')}/problems#${code}`

/** A row of the table: statuses, codes, and a text. */
const row = /^\| ([\d, ]+) \| ((?:`\w+`(?:, )?)+) \| (.+) \|$/gm

export function problems(): StaticFiles {
  const { description = '' } = contract.document.info ?? {}
  const sections = [...description.matchAll(row)].flatMap(
    ([, statuses = '', codes = '', text = '']) =>
      [...codes.matchAll(/\w+/g)].map(([code]) => section(code, statuses, text)),
  )
  return { '/problems': page(html(sections.join('\n')), ["style-src 'unsafe-inline'"]) }
}

const section = (
  code: string,
  statuses: string,
  text: string,
) => `      <dt id="${code}"><code>${code}</code> (${statuses})</dt>
      <dd>${withCode(text)}</dd>`

function withCode(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return escaped.replace(/`([^`]*)`/g, '<code>$1</code>')
}

const html = (sections: string) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Tessera: errors</title>
    <link rel="icon" href="data:,">
    <style>
      body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 sans-serif }
      dt { margin-top: 1rem; font-weight: bold }
      dt:target { background: #ffc }
    </style>
  </head>
  <body>
    <h1>Errors</h1>
    <p>The code of an error, its status, and what to do. See also <a href="redoc">the reference</a>.</p>
    <dl>
${sections}
    </dl>
  </body>
</html>
`
