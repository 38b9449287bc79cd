/** This package, as its README writes a server. */
import { problemDetails, serve } from '@tessera-oauth/contract'
import { row } from './book.ts'
import { contract, type Handlers } from './generated/tessera/contract.ts'

interface Caller {
  readonly scopes: ReadonlySet<string>
}

const handlers: Handlers<{ OAuth2: Caller }> = {
  listBooks: (_request, respond) =>
    respond[200]({ headers: {}, body: [{ book_id: row.book_id, title: row.title }] }),
  addBook: ({ body }, respond) =>
    respond[201]({ headers: {}, body: { book_id: 1, title: body.title } }),
  readBook: ({ path, principal }, respond, refuse) => {
    const isReader = principal.scopes.has('books:read')
    if (path.book_id !== row.book_id || !isReader) throw refuse[404]('not_found', 'Not found')
    return respond[200]({ headers: { ETag: '"1"' }, body: { book_id: 1, title: 'Emma' } })
  },
}

const check = async (): Promise<Caller> => ({ scopes: new Set(['books:read']) })
export const server = serve(contract, {
  handlers,
  security: { OAuth2: check },
  errors: problemDetails(),
})
