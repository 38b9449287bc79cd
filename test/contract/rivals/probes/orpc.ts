/** oRPC, contract first: statuses and headers in its detailed output, errors of the contract, as https://orpc.dev/docs describes. */
import { oc } from '@orpc/contract'
import { implement } from '@orpc/server'
import * as z from 'zod'
import { row } from './book.ts'

const Book = z.object({ book_id: z.number().int(), title: z.string() })

const contract = {
  listBooks: oc.route({ method: 'GET', path: '/books' }).output(z.array(Book)),
  addBook: oc
    .route({ method: 'POST', path: '/books', successStatus: 201 })
    .input(z.object({ title: z.string() }))
    .output(Book),
  readBook: oc
    .route({ method: 'GET', path: '/books/{book_id}', outputStructure: 'detailed' })
    .input(z.object({ book_id: z.number().int() }))
    .output(
      z.object({ status: z.literal(200), headers: z.object({ etag: z.string() }), body: Book }),
    )
    .errors({ not_found: { status: 404 } }),
}

const os = implement(contract)
export const router = os.router({
  listBooks: os.listBooks.handler(() => [{ book_id: row.book_id, title: row.title }]),
  addBook: os.addBook.handler(({ input }) => ({ book_id: 1, title: input.title })),
  readBook: os.readBook.handler(({ input, errors }) => {
    if (input.book_id !== row.book_id) throw errors.not_found({ message: 'Not found' })
    return { status: 200, headers: { etag: '"1"' }, body: { book_id: 1, title: 'Emma' } }
  }),
})
