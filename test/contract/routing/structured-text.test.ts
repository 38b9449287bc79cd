/** Bodies of text, such as XML and CSV, whose schema describes a structure. */
import { describe, expect, it } from 'vitest'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `  /a:
    put:
      operationId: writeA
      requestBody:
        content:
          text/xml: { schema: { type: object, required: [name], properties: { name: { type: string } } } }
          text/csv: { schema: { type: array, items: { type: string } } }
          text/plain: { schema: { type: string, enum: [a, b] } }
          text/markdown: { schema: { maxLength: 3 } }
      responses:
        "200":
          description: The same.
          content:
            application/xml: { schema: { type: object, properties: { name: { type: string } } } }
            text/xml: { schema: { type: object, required: [name], properties: { name: { type: string } } } }
            text/csv: { schema: { type: array, items: { type: string } } }
            text/plain: { schema: { type: string, enum: [a, b] } }
            text/event-stream: { schema: { type: object, properties: { name: { type: string } } } }
`

const echo: AnyHandler = ({ body }, respond) =>
  respond[200]?.({ headers: {}, mediaType: 'text/plain', body })

const replying =
  (mediaType: string, body: unknown): AnyHandler =>
  (_request, respond) =>
    respond[200]?.({ headers: {}, mediaType, body })

const sent = (type: string, body: string) => ({
  method: 'PUT',
  headers: { 'content-type': type },
  body,
})

describe('A body of text with the schema of a structure', () => {
  it.each(['text/xml', 'text/csv', 'application/xml'])(
    'is not checked in a reply: %s [K35]',
    async (type) => {
      const { ask } = await contractServer(paths, { writeA: replying(type, '<name>x</name>') })
      const response = await ask('/a', { method: 'PUT' })
      expect([response.status, await response.text()]).toEqual([200, '<name>x</name>'])
    },
  )

  it.each(['text/xml', 'text/csv'])('is not checked in a request: %s [K35]', async (type) => {
    const bodies: unknown[] = []
    const writeA: AnyHandler = ({ body }, respond) => {
      bodies.push(body)
      return respond[200]?.({ headers: {}, mediaType: 'text/plain', body: 'a' })
    }
    const { ask } = await contractServer(paths, { writeA })
    expect((await ask('/a', sent(type, '<name>x</name>'))).status).toBe(200)
    expect(bodies).toEqual(['<name>x</name>'])
  })

  it('is a defect as events, which have a structure [K35]', async () => {
    const { ask } = await contractServer(paths, {
      writeA: replying('text/event-stream', 'data: 1'),
    })
    expect((await ask('/a', { method: 'PUT' })).status).toBe(500)
  })
})

describe('A body of text with the schema of a text', () => {
  it('is checked in a request [K35]', async () => {
    const { ask } = await contractServer(paths, { writeA: echo })
    expect((await ask('/a', sent('text/plain', 'b'))).status).toBe(200)
    expect((await ask('/a', sent('text/plain', 'c'))).status).toBe(400)
    expect((await ask('/a', sent('text/markdown', 'long'))).status).toBe(400)
  })

  it('is checked in a reply [K35]', async () => {
    const { ask } = await contractServer(paths, { writeA: replying('text/plain', 'c') })
    expect((await ask('/a', { method: 'PUT' })).status).toBe(500)
  })
})
