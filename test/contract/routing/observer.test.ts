import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { isServedHere, type Observer, observe } from '../../../src/contract/routing/observer.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type BookServer, bookServer } from '../book-server.ts'
import { bookContract } from '../books.ts'

const contract = bookContract()
let server: BookServer
beforeAll(async () => {
  server = await bookServer({ contract })
})
afterAll(() => server.stop())

let stop = () => {}
afterEach(() => stop())

/** Observes the server until the end of the test. */
function observing(observer: Partial<Observer>): void {
  const nothing = {
    onRequest: () => {},
    beforeHandler: () => {},
    onRefusal: () => {},
    hasCaused: () => false,
  }
  stop = observe(contract, { ...nothing, ...observer })
}

it('an observer makes a handler fail, and gets the cause of each defect', async () => {
  const cause = new Error('the disk is full')
  const seen: unknown[] = []
  observing({
    beforeHandler: () => {
      throw cause
    },
    onRefusal: (refusal, id) => seen.push([id, refusal.status, refusal.cause]),
  })
  await expectProblem(await server.ask('/books/1'), 500, 'server_error')
  expect(seen).toEqual([['readBook', 500, cause]])
})

it('a server does not report what an observer has caused', async () => {
  server.behave({})
  const cause = new Error('made to fail')
  observing({
    beforeHandler: () => {
      throw cause
    },
    hasCaused: (refusal) => refusal.cause === cause,
  })
  await expectProblem(await server.ask('/books/1'), 500, 'server_error')
  expect(server.refusals).toEqual([])
})

it('an observer sees every request, whether it reaches a handler, and its refusal', async () => {
  const seen: string[] = []
  observing({
    onRequest: (id) => seen.push(`${id} begins`),
    beforeHandler: (id) => seen.push(id),
    onRefusal: ({ status }, id) => seen.push(`${id} ${status}`),
  })
  await server.ask('/books/newest')
  await server.ask('/books/none')
  expect(seen).toEqual([
    'readNewestBook begins',
    'readNewestBook',
    'readBook begins',
    'readBook 400',
  ])
})

it('an observer that has ended sees nothing', async () => {
  const seen: string[] = []
  observing({ beforeHandler: (id) => seen.push(id) })
  stop()
  await server.ask('/books/newest')
  expect(seen).toEqual([])
})

it('a contract is served here after a server has been made for it', () => {
  expect(isServedHere(contract)).toBe(true)
  expect(isServedHere(bookContract())).toBe(false)
})
