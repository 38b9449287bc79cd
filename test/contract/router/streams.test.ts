import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /events:
    get:
      operationId: events
      responses:
        '200': { description: Events., content: { text/event-stream: {} } }
`
const serving = (body: () => unknown, headers: object = {}) => {
  const events: AnyHandler = (_, respond) => respond[200]?.({ headers, body: body() })
  return contractServer(paths, { events })
}

describe('A stream', () => {
  it('is not read for HEAD, be it endless', async () => {
    let read = 0
    const endless = async function* () {
      for (;;) {
        read++
        // Enough for the test to fail, where it would not end.
        if (read > 10_000) return
        yield 'data: x\n\n'
      }
    }
    const { ask } = await serving(endless)
    const response = await ask('/events', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.has('content-length')).toBe(false)
    expect(read).toBe(0)
  })

  it('is closed if another response is sent', async () => {
    const stream = Readable.from(['data: x\n\n'])
    const { ask } = await serving(() => stream, { 'X-Undeclared': '1' })
    expect((await ask('/events')).status).toBe(500)
    expect(stream.destroyed).toBe(true)
  })

  it('does not end the process if it fails when another response is sent', async () => {
    const stream = createReadStream('/nowhere/at/all')
    const closed = new Promise((resolve) => stream.once('close', resolve))
    const { ask } = await serving(() => stream, { 'X-Undeclared': '1' })
    expect((await ask('/events')).status).toBe(500)
    await closed
    expect(stream.listenerCount('error')).toBeGreaterThan(0)
  })
})
