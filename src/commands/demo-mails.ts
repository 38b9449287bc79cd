/** `/mails` of the demo: the mails that the server has sent, and a form for the links in them, which the page of an application has. */
import { readFileSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { htmlText, page, script, serveFiles } from '../docs/static-files.ts'
import type { OutgoingMail } from '../mail/transport.ts'

/** Of more, the oldest are not shown. */
const maxMails = 50

const formScript = script(readFileSync(new URL('demo-mails.js', import.meta.url)))

export function demoMails(): { show(mail: OutgoingMail): void; readonly pages: RequestHandler } {
  const mails: string[] = []
  return {
    /** Shows a mail at `/mails`, and prints it. */
    show({ to, subject, text }) {
      process.stdout.write(`\n── mail to ${to}: ${subject} ──\n${text}\n`)
      mails.unshift(article(to, subject, text))
      mails.splice(maxMails)
    },
    pages: (req, res, next) =>
      serveFiles({
        '/mails': page({
          title: 'Mails of the demo',
          head,
          body: html(mails),
          directives: ["style-src 'unsafe-inline'", 'img-src data:'],
        }),
        '/mails.js': formScript,
      })(req, res, next),
  }
}

const article = (to: string, subject: string, text: string) => `    <article>
      <h2>${htmlText(subject)}</h2>
      <p>To ${htmlText(to)}</p>
      <pre>${withLinks(htmlText(text))}</pre>
    </article>
`

function withLinks(html: string): string {
  return html.replace(/https?:\/\/\S+/g, (url) => `<a href="${url.replaceAll('"', '')}">${url}</a>`)
}

const head = `    <style>
      body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 sans-serif }
      pre { white-space: pre-wrap; overflow-wrap: anywhere }
      form, article { border: 1px solid #ccc; margin: 1rem 0; padding: 0 1rem }
    </style>
    <script type="module" src="mails.js"></script>
`

const html = (mails: readonly string[]) => `    <h1>Mails of the demo</h1>
    <form hidden>
      <p><label id="password">New password <input type="password" name="new_password" autocomplete="new-password" required></label></p>
      <p><button type="submit">Continue</button></p>
    </form>
    <p role="status"></p>
${mails.join('') || '    <p>No mail has been sent. Load the page again after a request for one.</p>\n'}`
