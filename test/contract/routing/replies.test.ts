import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /answer:
    get:
      operationId: answer
      responses:
        '200': { description: Text., content: { text/plain: { schema: { type: string, maxLength: 5 } } } }
        '2XX': { description: Others., content: { application/json: { schema: { type: integer } } } }
        '304': { description: The same. }
        '404': { description: No., content: { application/problem+json: {} } }
  /picture:
    get:
      operationId: picture
      responses:
        '200': { description: An image., content: { 'image/*': {}, image/svg+xml: {} } }
  /events:
    get:
      operationId: events
      responses:
        default: { description: Events., content: { text/event-stream: {} } }
`
const serve = (handlers: Readonly<Record<string, AnyHandler>>) => {
  const absent: AnyHandler = () => undefined
  return contractServer(paths, { answer: absent, picture: absent, events: absent, ...handlers })
}

/** The response of one operation to GET. */
async function replying(id: string, handler: AnyHandler) {
  const server = await serve({ [id]: handler })
  return { server, response: await server.ask(`/${id}`) }
}

describe('A response', () => {
  it('is text in UTF-8', async () => {
    const { response } = await replying('answer', (_, respond) =>
      respond[200]?.({ headers: {}, body: 'é😀' }),
    )
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('content-length')).toBe('6')
    expect(await response.text()).toBe('é😀')
  })

  it.each([
    ['bytes', () => new Uint8Array([0, 255, 1])],
    ['a buffer', () => Buffer.from([0, 255, 1])],
    ['a stream', () => Readable.from([Buffer.from([0, 255]), Buffer.from([1])])],
    [
      'an iterable',
      async function* () {
        yield new Uint8Array([0, 255])
        yield new Uint8Array([1])
      },
    ],
  ])('is %s of the named media type', async (_, body) => {
    const { response } = await replying('picture', (_request, respond) =>
      respond[200]?.({ headers: {}, mediaType: 'image/png', body: body() }),
    )
    expect(response.headers.get('content-type')).toBe('image/png')
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1])
  })

  it('has a status of a declared range', async () => {
    const { response } = await replying('answer', (_, respond) =>
      respond['2XX']?.({ status: 202, headers: {}, body: 7 }),
    )
    expect([response.status, await response.json()]).toEqual([202, 7])
  })

  it('has any status by way of default', async () => {
    const { response } = await replying('events', (_, respond) =>
      respond.default?.({ status: 200, headers: {}, body: 'data: 1\n\n' }),
    )
    expect([response.status, await response.text()]).toEqual([200, 'data: 1\n\n'])
  })

  it('to HEAD has no body, and its stream is not left open', async () => {
    const stream = Readable.from([Buffer.from('x')])
    const server = await serve({
      picture: (_, respond) =>
        respond[200]?.({ headers: {}, mediaType: 'image/png', body: stream }),
    })
    const response = await server.ask('/picture', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    await expect.poll(() => stream.destroyed).toBe(true)
  })
})

describe('A request returns 500', () => {
  it.each<[what: string, id: string, handler: AnyHandler, cause: RegExp]>([
    [
      'a text that the schema forbids',
      'answer',
      (_, respond) => respond[200]?.({ headers: {}, body: 'too long' }),
      /must NOT have more than 5/,
    ],
    [
      'a status outside of its range',
      'answer',
      (_, respond) => respond['2XX']?.({ status: 304, headers: {}, body: 7 }),
      /responded with 304 by respond\[2XX\]/,
    ],
    [
      'a range in place of the status that is declared',
      'answer',
      (_, respond) => respond['2XX']?.({ status: 200, headers: {}, body: 7 }),
      /responded with 200 by respond\[2XX\]/,
    ],
    [
      'a media type that no range includes',
      'picture',
      (_, respond) => respond[200]?.({ headers: {}, mediaType: 'text/html', body: 'x' }),
      /media type text\/html is not declared/,
    ],
    [
      'a range as the media type',
      'picture',
      (_, respond) => respond[200]?.({ headers: {}, body: 'x' }),
      /media type image\/\* is a range/,
    ],
    [
      'an object that is not JSON',
      'picture',
      (_, respond) => respond[200]?.({ headers: {}, mediaType: 'image/png', body: { x: 1 } }),
      /a body of image\/png must be text, bytes or a stream/,
    ],
  ])('for %s', async (_, id, handler, cause) => {
    const { server, response } = await replying(id, handler)
    expect(response.status).toBe(500)
    expect(server.refusals.map((refusal) => String(refusal.cause))).toEqual([
      expect.stringMatching(cause),
    ])
  })
})

describe('A stream that fails', () => {
  it('closes the connection, so that the body is not taken as complete, and is reported', async () => {
    const { server, response } = await replying('events', (_, respond) =>
      respond.default?.({
        status: 200,
        headers: {},
        body: (async function* () {
          yield 'data: 1\n\n'
          throw new Error('the source is gone')
        })(),
      }),
    )
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    expect(server.refusals.map(({ cause }) => cause)).toEqual([new Error('the source is gone')])
  })
})
