/** `/problems`: what each error code means, from the tables of the contract and of the built-in one, whose codes every server uses. The `type` of a Problem leads to its code there. */
import type { Document } from '#contract'
import { contract } from '../../generated/contract.ts'
import { htmlText, page, type StaticFiles } from './static-files.ts'

/** The `type` of a Problem: without the setting ISSUER, relative to the URL of the request (RFC 9457 §3.1.1). */
export const problemType =
  (issuer = '') =>
  (code: string): string =>
    `${issuer.replace(/\/$/, '')}/problems#${code}`

/** A row of the table: statuses, codes, and a text. */
const row = /^\| ([\d, ]+) \| ((?:`\w+`(?:, )?)+) \| (.+) \|$/gm

export function problems({ info }: Document): StaticFiles {
  const sections = new Map([
    ...sectionsIn(contract.document.info?.description),
    ...sectionsIn(info?.description),
  ])
  const { title = 'The API' } = info ?? {}
  return {
    '/problems': page({
      title: `${title}: errors`,
      head: styles,
      body: html([...sections.values()].join('\n')),
      directives: ["style-src 'unsafe-inline'", 'img-src data:'],
    }),
  }
}

/** By code. */
function sectionsIn(description = ''): [code: string, section: string][] {
  return [...description.matchAll(row)].flatMap(([, statuses = '', codes = '', text = '']) =>
    [...codes.matchAll(/\w+/g)].map(([code]): [string, string] => [
      code,
      section(code, statuses, text),
    ]),
  )
}

const section = (
  code: string,
  statuses: string,
  text: string,
) => `      <dt id="${code}"><code>${code}</code> (${statuses})</dt>
      <dd>${withCode(text)}</dd>`

function withCode(text: string): string {
  return htmlText(text).replace(/`([^`]*)`/g, '<code>$1</code>')
}

const styles = `    <style>
      body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 sans-serif }
      dt { margin-top: 1rem; font-weight: bold }
      dt:target { background: #ffc }
    </style>
`

const html = (sections: string) => `    <h1>Errors</h1>
    <p>The code of an error, its status, and what to do. See also <a href="redoc">the reference</a>.</p>
    <dl>
${sections}
    </dl>
`
