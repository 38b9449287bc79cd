/** nahkies' openapi-code-generator: an `Implementation` for its Express runtime. Its generator is not on npm: `nahkies-generated.ts`. */
import { row } from './book.ts'
import { createRouter, type Implementation } from './nahkies-generated.ts'

const implementation: Implementation = {
  listBooks: async (_params, respond) =>
    respond.with200().body([{ book_id: row.book_id, title: row.title }]),
  addBook: async ({ body }, respond) => respond.with201().body({ book_id: 1, title: body.title }),
  readBook: async ({ params }, respond, _req, res) => {
    if (params.book_id !== row.book_id)
      return respond.with404().body({ status: 404, code: 'not_found', detail: 'Not found' })
    res.set('ETag', '"1"')
    return respond.with200().body({ book_id: 1, title: 'Emma' })
  },
}

export const server = createRouter(implementation)
