/** A server of the books contract for the tests of the kit: correct, or with one planted fault. */

import type { Contract } from '../../../src/contract/contract.ts'
import type { ContractTestOptions } from '../../../src/contract/kit/options.ts'
import { type Behavior, type BookHandler, bookServer, emma, noStore } from '../book-server.ts'

type BookCheck = NonNullable<Behavior['check']>

/** Tokens are `emma` with the scopes. */
export const tokenCheck: BookCheck = async (
  { headers: { authorization = '' } },
  scopes,
  refuse,
) => {
  const challenge = { headers: { 'WWW-Authenticate': 'Bearer' } }
  const [scheme, name, ...granted] = authorization.split(/[ .]/)
  if (scheme !== 'Bearer' || name !== 'emma')
    throw refuse[401]?.('unknown', 'Who is there?', challenge)
  if (!scopes.every((scope) => granted.includes(scope)))
    throw refuse[403]?.('missing_scope', 'The token lacks a scope', challenge)
  return { name }
}

const addBook: BookHandler = ({ body }, respond, refuse) => {
  const { title } = Object(body)
  const later = { headers: { 'Retry-After': '1' } }
  if (title === 'later') throw refuse[429]?.('later', 'Later', later)
  if (title === 'down') throw refuse[503]?.('down', 'Down', later)
  const headers = {
    ...noStore,
    Location: '/books/1',
    'Last-Modified': 'Tue, 01 Jul 2025 00:00:00 GMT',
  }
  return respond[201]?.({ headers, body: emma })
}

const exportShelf: BookHandler = ({ http }, respond) =>
  http.headers.accept === 'application/vnd.titles+json'
    ? respond[200]?.({ headers: {}, mediaType: 'application/vnd.titles+json', body: ['Emma'] })
    : respond[200]?.({ headers: {}, body: [emma] })

export const correct: Behavior = { check: tokenCheck, handlers: { addBook, exportShelf } }

/** All that the kit must be told. */
export function libraryOptions(
  contract: Contract,
  { handlers, ...behavior }: Behavior = {},
  options: { checkReplies?: boolean } = {},
): ContractTestOptions {
  return {
    server: async () => {
      const server = await bookServer({ contract, ...options })
      server.behave({ ...correct, ...behavior, handlers: { ...correct.handlers, ...handlers } })
      return server
    },
    credentials: { OAuth2: (scopes) => ({ authorization: `Bearer emma.${scopes.join('.')}` }) },
    cases: {
      addBook: {
        429: (ask) => ask({ body: { title: 'later' } }),
        503: (ask) => ask({ body: { title: 'down' } }),
      },
    },
  }
}
