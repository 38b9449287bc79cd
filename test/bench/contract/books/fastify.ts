/** Hey API's Fastify plugin, whose handlers are served by fastify-openapi-glue, as its documentation writes a server. */
import { fileURLToPath } from 'node:url'
import { book, contractFile } from './book.ts'
import { rival } from './rival.ts'

interface Reply {
  code(status: number): Reply
  header(name: string, value: string): Reply
  send(body: unknown): Reply
}

const { default: Fastify } = await rival('fastify')
const { default: glue } = await rival('fastify-openapi-glue')
const fastify = Fastify()
fastify.register(glue, {
  specification: fileURLToPath(contractFile),
  serviceHandlers: {
    listBooks: async (_request: unknown, reply: Reply) => reply.code(200).send([book]),
    addBook: async ({ body }: { body: { title: string } }, reply: Reply) =>
      reply.code(201).send({ book_id: 2, title: body.title }),
    readBook: async (_request: unknown, reply: Reply) =>
      reply.header('ETag', '"1"').code(200).send(book),
  },
  securityHandlers: { OAuth2: async () => {} },
})
process.stdout.write(`listening on ${await fastify.listen({ port: 0, host: '127.0.0.1' })}\n`)
