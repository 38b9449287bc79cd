import { afterEach, describe, expect, it, vi } from 'vitest'
import { eventStream } from '../../../src/contract/reply/event-stream.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /events:
    get:
      operationId: events
      responses:
        '200':
          description: Events.
          content: { text/event-stream: { schema: {} } }
  /rows:
    get:
      operationId: rows
      responses: { '200': { description: Rows., content: { application/x-ndjson: { schema: {} } } } }
`
const serving = (body: () => unknown) => {
  const handler: AnyHandler = (_, respond) => respond[200]?.({ headers: {}, body: body() })
  return contractServer(paths, { events: handler, rows: handler })
}
async function* of(...items: unknown[]) {
  yield* items
}

afterEach(() => vi.useRealTimers())

describe('An event stream', () => {
  it('has events with their fields, data as JSON or as lines of text [K13]', async () => {
    const { ask } = await serving(() =>
      of(
        { data: { a: 'x\ny' } },
        { event: 'added', id: '7', retry: 500, data: 'one\r\ntwo' },
        { data: null },
      ),
    )
    const response = await ask('/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await response.text()).toBe(
      'data: {"a":"x\\ny"}\n\nevent: added\nid: 7\nretry: 500\ndata: one\ndata: two\n\ndata: null\n\n',
    )
  })

  it.each([
    ['without data', {}],
    ['with a name of several lines', { event: 'a\ndata: b', data: 1 }],
    ['with an id that clients ignore', { id: 'a\0', data: 1 }],
    ['that is none', 1],
  ])('is a 500 for a first event %s [K13]', async (_, event) => {
    const { ask, refusals } = await serving(() => of(event))
    expect((await ask('/events')).status).toBe(500)
    expect(refusals[0]?.cause).toBeInstanceOf(TypeError)
  })

  it('has comments while there are no events, the first after a second [K13]', async () => {
    vi.useFakeTimers()
    const event = Promise.withResolvers<void>()
    async function* late() {
      await event.promise
      yield { data: 1 }
    }
    const chunks = eventStream(late())[Symbol.asyncIterator]()
    for (const ms of [1_000, 15_000, 15_000]) {
      const next = chunks.next()
      await vi.advanceTimersByTimeAsync(ms - 1)
      await vi.advanceTimersByTimeAsync(1)
      expect(await next).toEqual({ done: false, value: ':\n\n' })
    }
    const next = chunks.next()
    event.resolve()
    expect(await next).toEqual({ done: false, value: 'data: 1\n\n' })
    expect(await chunks.next()).toEqual({ done: true, value: undefined })
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is closed when the client leaves, also while the next event is awaited [K13]', async () => {
    const returned = Promise.withResolvers<void>()
    const source = {
      sent: 0,
      [Symbol.asyncIterator]: () => ({
        next: () =>
          source.sent++ === 0
            ? Promise.resolve({ done: false, value: { data: 1 } })
            : new Promise<never>(() => {}),
        return: async () => {
          returned.resolve()
          return { done: true, value: undefined }
        },
      }),
    }
    const { ask, refusals } = await serving(() => source)
    const client = new AbortController()
    await ask('/events', { signal: client.signal })
    client.abort()
    await returned.promise
    expect(refusals).toEqual([])
  })

  it('is read no faster than the client reads it [K13]', async () => {
    let sent = 0
    async function* many() {
      for (; sent < 1000; sent++) yield { data: 'x'.repeat(65_536) }
    }
    const { ask } = await serving(many)
    const response = await ask('/events')
    const counts: number[] = []
    await expect.poll(() => counts.push(sent) > 2 && counts.at(-1) === counts.at(-3)).toBe(true)
    expect(sent).toBeLessThan(500)
    expect((await response.text()).length).toBeGreaterThan(65_536_000)
  })
})

describe('A stream of JSON lines', () => {
  it('has a JSON text in each line [K13]', async () => {
    const { ask } = await serving(() => of({ a: 'x\ny' }, { b: 'ü' }))
    const response = await ask('/rows')
    expect(response.headers.get('content-type')).toBe('application/x-ndjson')
    expect(await response.text()).toBe('{"a":"x\\ny"}\n{"b":"ü"}\n')
  })
})
