/** Streams that never end are read in part. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { send } from '../../../src/contract/kit/send.ts'

let stop = () => {}
afterEach(() => stop())

async function textOf(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  stop = () => server.close().closeAllConnections()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const wire = { method: 'GET', target: '/', headers: {}, body: undefined }
  return (await send(new URL(`http://127.0.0.1:${port}`), wire)).text
}

describe('the kit reads', () => {
  it('the whole lines of events that never end [K9]', async () => {
    const received = await textOf((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\ndata: 2')
    })
    expect(received).toBe('data: 1\n\n')
  })

  it('no more than some of the lines that a server sends without end [K9]', async () => {
    const received = await textOf((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/x-ndjson' })
      const more = () => {
        while (!res.destroyed && res.write('"Emma"\n'.repeat(1000)));
      }
      res.on('drain', more)
      more()
    })
    expect(received.length).toBeLessThan(2 ** 21)
    expect(received.endsWith('"Emma"\n')).toBe(true)
  })

  it('all of a stream that ends [K9]', async () => {
    const received = await textOf((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/x-ndjson' }).end('1\n2')
    })
    expect(received).toBe('1\n2')
  })
})
