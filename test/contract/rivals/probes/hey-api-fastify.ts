/** Hey API's Fastify plugin: `RouteHandlers` for fastify-openapi-glue, as https://heyapi.dev/docs/openapi/typescript/plugins/fastify describes. */
import Fastify from 'fastify'
import glue from 'fastify-openapi-glue'
import { row } from './book.ts'
import type { RouteHandlers } from './generated/hey-api/fastify.gen.ts'

const serviceHandlers: RouteHandlers = {
  listBooks: async (_request, reply) =>
    reply.code(200).send([{ book_id: row.book_id, title: row.title }]),
  addBook: async (request, reply) =>
    reply.code(201).send({ book_id: 1, title: request.body.title }),
  readBook: async (request, reply) => {
    if (request.params.book_id !== row.book_id)
      return reply.code(404).send({ status: 404, code: 'not_found', detail: 'Not found' })
    reply.header('ETag', '"1"')
    return reply.code(200).send({ book_id: 1, title: 'Emma' })
  },
}

export const server = Fastify()
server.register(glue, { specification: 'books.yaml', serviceHandlers })
