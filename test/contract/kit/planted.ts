/** Runs the kit on each server with a planted fault. `planted.test.ts` runs this file, and reads what failed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, describe } from 'vitest'
import { type Contract, contractOf } from '../../../src/contract/contract.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import { serve } from '../../../src/contract/serve.ts'
import { contractTests } from '../../../src/contract/vitest.ts'
import { type Behavior, bookServer, emma, noStore } from '../book-server.ts'
import { bookContract } from '../books.ts'
import { changedServer } from './changed-server.ts'
import { faults } from './faults.ts'
import { correct, libraryOptions } from './library.ts'

const stops: (() => Promise<void>)[] = []
afterAll(() => Promise.all(stops.map((stop) => stop())))

describe.each(Object.entries(faults))('%s:', (_, fault) => {
  const { edits = [], behavior = {}, checkReplies = true, change = {}, options } = fault
  const contract = bookContract(...edits)
  // The others would pass: `books.test.ts`.
  const [id = ''] = fault.red[0].split(':', 1)
  const others = Object.keys(contract.operations).filter((each) => each !== id)
  contractTests(contract, {
    ...libraryOptions(contract),
    runs: 8,
    untested: id in contract.operations ? others : [],
    server: async () => {
      const server = await bookServer({ contract, checkReplies })
      stops.push(server.stop)
      server.behave({
        ...correct,
        ...behavior,
        handlers: { ...correct.handlers, ...behavior.handlers },
      })
      return changedServer(server.url, change)
    },
    ...options,
  })
})

const done = { responses: { 204: {} } }
const below = () =>
  contractOf({
    openapi: '3.1.0',
    servers: [{ url: 'https://api.example/v1' }],
    paths: { '/ping': { get: { operationId: 'ping', ...done } } },
  })

function pingApp(contract: Contract, path: string[] | string): express.Express {
  const handlers = {
    ping: (_request: unknown, respond: AnyRespond) => respond[204]?.({ headers: {} }),
  }
  const router = serve(contract, { handlers, security: {}, errors: [problemDetails()] })
  return express().disable('x-powered-by').use(path, router)
}

type AnyRespond = Readonly<Record<string, (init: object) => unknown>>

describe('an app that serves the contract elsewhere:', () => {
  const contract = below()
  contractTests(contract, { server: pingApp(contract, '/v2') })
})

describe('an app without the contract:', () => {
  contractTests(below(), { server: express() })
})

describe('what passes:', () => {
  describe.each([['/v1'], ['/']])('an app that serves the contract below %s:', (path) => {
    const contract = below()
    contractTests(contract, { server: pingApp(contract, path) })
  })
})

describe('what is listed:', () => {
  describe('a response that goes around the contract:', () => {
    const contract = bookContract()
    const handlers: Behavior['handlers'] = {
      readBook: ({ path }, respond) =>
        Object(path).book_id > 1000
          ? respond.raw?.({ status: 207, headers: { 'x-debug': '1' }, body: 'Emma' })
          : respond[200]?.({ headers: noStore, body: emma }),
    }
    contractTests(contract, libraryOptions(contract, { handlers }))
  })

  describe('a server of which only the URL is known:', async () => {
    const server = await bookServer()
    stops.push(server.stop)
    server.behave({ ...correct, handlers: { ...correct.handlers } })
    const gone = '        "204": { description: It is gone. }'
    const contract = bookContract([gone, `${gone}\n        "410": { description: No more. }`])
    const { credentials = {} } = libraryOptions(contract)
    contractTests(contract, { server: server.url, credentials })
  })

  describe('a URL whose contract does not declare what the layer returns:', async () => {
    const server = createServer(pingApp(below(), '/v1'))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    stops.push(async () => void server.close())
    const { port } = server.address() as AddressInfo
    contractTests(below(), { server: `http://127.0.0.1:${port}/v1` })
  })
})
