/** GET /account: the page to which the links of mails lead. Its script is at `/account.js`. */
import { readFileSync } from 'node:fs'
import { noStore } from '@tessera-oauth/server'
import type { Handler } from './handler.ts'

const page = readFileSync(new URL('../pages/account.html', import.meta.url), 'utf8')

/** The page loads its own script, and calls this server only. */
const policy =
  "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const readAccountPage = (): Handler<'readAccountPage'> => (_request, respond) =>
  respond[200]({ headers: { ...noStore, 'Content-Security-Policy': policy }, body: page })
