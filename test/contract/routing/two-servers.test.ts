/** The servers of a process share compiled schemas. */
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

it('both of two servers reject invalid requests, whichever gets one first [J1]', async () => {
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
