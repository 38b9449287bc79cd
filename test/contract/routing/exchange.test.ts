import { createServer, type IncomingMessage } from 'node:http'
import { expect, it, onTestFinished } from 'vitest'
import { addLogFields, beginExchange, exchangeOf } from '../../../src/contract/routing/exchange.ts'

/** A request as Node creates it. */
async function request(): Promise<IncomingMessage> {
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>()
  const server = createServer((req, res) => {
    resolve(req)
    res.end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => server.close().closeAllConnections())
  const address = server.address()
  await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`)
  return await promise
}

it('the exchange is stored on the request', async () => {
  const req = await request()
  expect(exchangeOf(req)).toBeUndefined()
  expect(beginExchange(req, 'readUsersMe')).toBe(exchangeOf(req))
  expect(exchangeOf(req)).toEqual({
    operationId: 'readUsersMe',
    isHead: false,
    principal: undefined,
    logFields: undefined,
  })
})

it('log fields are stored for a request without an operation, too', async () => {
  const req = await request()
  addLogFields(req, { code: 'not_found' })
  expect(exchangeOf(req)).toMatchObject({
    operationId: undefined,
    logFields: { code: 'not_found' },
  })
})

it('log fields are merged, and the last value wins', async () => {
  const req = await request()
  beginExchange(req, 'readUsersMe')
  addLogFields(req, { userId: 'u_1' })
  addLogFields(req, { clientId: 'tessera' })
  addLogFields(req, { userId: 'u_2' })
  expect(exchangeOf(req)?.logFields).toEqual({ userId: 'u_2', clientId: 'tessera' })
})
