import { describe, expect, it } from 'vitest'
import { contractServer } from '../contract-server.ts'

const reply = (type: string, schema: string) =>
  `{ get: { operationId: ${type}, responses: { '200': { description: Rows., content: { ${schema} } } } } }`
const row = 'schema: { type: object, required: [a], properties: { a: { type: integer } } }'
const paths = `
  /events: ${reply('events', `text/event-stream: { ${row} }`)}
  /lines: ${reply('lines', `application/x-ndjson: { ${row} }`)}
  /texts: ${reply('texts', 'text/event-stream: { schema: { type: string, maxLength: 1 } }')}
`

interface Sent {
  readonly items: readonly unknown[]
  readonly checkReplies?: boolean
}

/** Sends the items, and tells whether their source was closed. */
async function serving(id: string, { items, checkReplies = true }: Sent) {
  const closed = Promise.withResolvers<void>()
  async function* source() {
    try {
      yield* items
      if (items.length > 1) await new Promise(() => {})
    } finally {
      closed.resolve()
    }
  }
  const handler = (_: object, respond: Readonly<Record<string, (init: object) => unknown>>) =>
    respond[200]?.({ headers: {}, body: source() })
  const handlers = { events: handler, lines: handler, texts: handler }
  const { ask, refusals } = await contractServer(paths, handlers, { checkReplies })
  return { refusals, closed: closed.promise, response: await ask(`/${id}`) }
}

const right = { a: 1 }
const wrong = { a: 1, hash: 'x' }
const cases: [id: string, right: unknown, wrong: unknown, cause: RegExp][] = [
  ['events', { data: right }, { data: wrong }, /^events 200: data.* {"additionalProperty":"hash"}/],
  ['events', { data: right }, 'data: {"a":1}\n\n', /^events 200: text must be object/],
  ['events', { data: right }, Buffer.from('data: {"a":1}\n\n'), /^events 200: text must be object/],
  ['lines', right, wrong, /^lines 200: line.* {"additionalProperty":"hash"}/],
  ['lines', right, 'a', /^lines 200: line must be object/],
  ['texts', { data: 'a' }, { data: 'ab' }, /^texts 200: data must NOT have more than 1 char/],
]

describe('A stream of a schema', () => {
  it.each(cases)(
    'of %s is a 500 if its first item is not of it [K37]',
    async (id, _, item, cause) => {
      const { response, refusals, closed } = await serving(id, { items: [item] })
      expect(response.status).toBe(500)
      expect(refusals).toMatchObject([
        { status: 500, cause: { message: expect.stringMatching(cause) } },
      ])
      await closed
    },
  )

  it.each(cases)(
    'of %s ends before an item that is not of it [K37]',
    async (id, first, item, cause) => {
      const { response, refusals, closed } = await serving(id, { items: [first, item] })
      expect(response.status).toBe(200)
      await expect(response.text()).rejects.toThrow('terminated')
      expect(refusals).toMatchObject([
        { status: 500, cause: { message: expect.stringMatching(cause) } },
      ])
      await closed
    },
  )

  it('sends what the handler has written itself where the schema is one of text [K37]', async () => {
    const { response } = await serving('texts', { items: ['data: abc\n\n'] })
    expect(await response.text()).toBe('data: abc\n\n')
  })

  it('is not checked without checkReplies [K37]', async () => {
    const { response } = await serving('lines', { items: [wrong], checkReplies: false })
    expect(await response.text()).toBe('{"a":1,"hash":"x"}\n')
  })
})
