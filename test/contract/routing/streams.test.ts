import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /events:
    get:
      operationId: events
      responses:
        '200':
          description: Events.
          headers: { ETag: { schema: { type: string } } }
          content: { text/event-stream: {} }
        '500': { description: Failed., content: { application/problem+json: {} } }
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
    const closed = Promise.withResolvers<void>()
    const missing = () => createReadStream('/nowhere/at/all').once('close', closed.resolve)
    const { ask } = await serving(missing, { 'X-Undeclared': '1' })
    expect((await ask('/events')).status).toBe(500)
    await closed.promise
  })

  it.each<[what: string, chunks: () => AsyncGenerator<unknown>]>([
    [
      'that fails before its first bytes',
      // biome-ignore lint/correctness/useYield: it fails before
      async function* () {
        throw new Error('no source')
      },
    ],
    [
      'of something else than text or bytes',
      async function* () {
        yield { x: 1 }
      },
    ],
  ])('%s is a 500 without the headers of the response', async (_, chunks) => {
    const { ask, refusals } = await serving(chunks, { ETag: '"1"' })
    const response = await ask('/events')
    expect(response.status).toBe(500)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.has('etag')).toBe(false)
    expect(refusals).toMatchObject([{ status: 500 }])
  })

  it.each([0, 1])(
    'that the client leaves after %i chunks is closed, and is no failure',
    async (chunks) => {
      const stream = new Readable({ read() {} })
      const { ask, refusals } = await serving(() => stream)
      const client = new AbortController()
      const asked = ask('/events', { signal: client.signal })
      if (chunks > 0) stream.push('data: x\n\n')
      if (chunks > 0) await asked
      else await expect.poll(() => stream.listenerCount('end')).toBeGreaterThan(0)
      client.abort()
      await asked.catch(() => {})
      await expect.poll(() => stream.destroyed).toBe(true)
      await new Promise(setImmediate)
      expect(refusals).toEqual([])
    },
  )

  it('is read no faster than the client reads it', async () => {
    let read = 0
    const large = Buffer.alloc(65_536)
    const { ask } = await serving(async function* () {
      for (; read < 1000; read++) yield large
    })
    const response = await ask('/events')
    const seen = () => read
    const before = await settled(seen)
    expect(before).toBeLessThan(500)
    expect((await response.arrayBuffer()).byteLength).toBe(65_536_000)
  })
})

/** The value when it has stopped growing. */
async function settled(count: () => number): Promise<number> {
  let last = -1
  while (last !== count()) {
    last = count()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return last
}
