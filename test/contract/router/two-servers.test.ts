/** Servers of one process share what is compiled of their contract. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type BookServer, bookServer } from '../book-server.ts'
import { bookContract } from '../books.ts'

const servers: BookServer[] = []
beforeAll(async () => {
  const contract = bookContract()
  servers.push(await bookServer({ contract }), await bookServer({ contract }))
})
afterAll(() => Promise.all(servers.map((server) => server.stop())))

const headers = { authorization: 'jane', 'content-type': 'application/json' }

it('each of two servers refuses what the contract does not allow, the second one when it is asked first too [J1]', async () => {
  for (const server of servers.toReversed()) {
    const post = { method: 'POST', headers, body: '{}' }
    const statuses = [
      await server.ask('/books', post),
      await server.ask('/books/first', { headers }),
      await server.ask('/books/1', { headers }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([400, 400, 200])
  }
})
