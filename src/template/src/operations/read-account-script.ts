/** GET /account.js: the script of the page `/account`. */
import { readFileSync } from 'node:fs'
import { noStore } from '@tessera-oauth/server'
import type { Handler } from './handler.ts'

const script = readFileSync(new URL('../pages/account.js', import.meta.url), 'utf8')

export const readAccountScript = (): Handler<'readAccountScript'> => (_request, respond) =>
  respond[200]({ headers: noStore, body: script })
