import { describe, expect, it } from 'vitest'
import { expectProblem } from '../../harness/error-responses.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /notes:
    post:
      operationId: addNote
      requestBody:
        required: true
        content:
          application/json: { schema: { type: object, required: [title], properties: { title: { type: string } } } }
          text/plain: { schema: { type: string, maxLength: 5 } }
          'image/*': {}
      responses: { '200': { description: Added., content: { application/json: {} } } }
  /files:
    put:
      operationId: putFile
      requestBody: { content: { application/octet-stream: { schema: { type: string, format: binary } } } }
      responses: { '200': { description: Put., content: { application/json: {} } } }
  /visits:
    get:
      operationId: countVisits
      parameters:
        - { name: visits, in: cookie, required: true, schema: { type: integer, minimum: 0 } }
        - { name: shelf, in: cookie, schema: { type: string, maxLength: 5 } }
      responses: { '200': { description: Counted., content: { application/json: {} } } }
`

/** Answers with what it was given. */
const tell: AnyHandler = ({ body, mediaType, cookie }, respond) => {
  const bytes = body instanceof Uint8Array && [...body]
  return respond[200]?.({ headers: {}, body: { mediaType, cookie, body: bytes || body } })
}
const serve = () => contractServer(paths, { addNote: tell, putFile: tell, countVisits: tell })

async function send(path: string, method: string, body?: string | Buffer, type?: string) {
  const server = await serve()
  const headers: Record<string, string> = type === undefined ? {} : { 'Content-Type': type }
  return await server.ask(path, { method, headers, ...(body !== undefined && { body }) })
}

describe('A handler gets', () => {
  it('the media type with the value of JSON', async () => {
    const response = await send(
      '/notes',
      'POST',
      '{"title":"Emma"}',
      'application/json; charset=utf-8',
    )
    expect(await response.json()).toMatchObject({
      mediaType: 'application/json',
      body: { title: 'Emma' },
    })
  })

  it('text as a string', async () => {
    const response = await send('/notes', 'POST', 'é😀', 'text/plain;charset=UTF-8')
    expect(await response.json()).toMatchObject({ mediaType: 'text/plain', body: 'é😀' })
  })

  it('bytes of a range of media types, with the type that the client named', async () => {
    const response = await send('/notes', 'POST', Buffer.from([0, 255]), 'Image/PNG; x=1')
    expect(await response.json()).toMatchObject({ mediaType: 'image/png', body: [0, 255] })
  })

  it('bytes that are not UTF-8, whose schema is not checked', async () => {
    const response = await send('/files', 'PUT', Buffer.from([255, 0]), 'application/octet-stream')
    expect(await response.json()).toMatchObject({ body: [255, 0] })
  })

  it('neither body nor media type, if the request has none', async () => {
    const response = await send('/files', 'PUT')
    expect(await response.json()).toEqual({ cookie: {} })
  })

  it('cookies, converted to the types of the contract, and only those that are declared', async () => {
    const server = await serve()
    const headers = { Cookie: 'visits=7; other=1' }
    expect(await (await server.ask('/visits', { headers })).json()).toEqual({
      cookie: { visits: 7 },
    })
  })
})

describe('A request returns 400', () => {
  it.each([
    ['a text that the schema forbids', 'too long', 'text/plain'],
    ['text that is not UTF-8', Buffer.from([255]), 'text/plain'],
    ['JSON that the schema forbids', '{}', 'application/json'],
    ['no body, where one is required', '', 'text/plain'],
    ['a range as the media type', 'x', 'image/*'],
    ['a media type that is not declared', 'x', 'audio/ogg'],
    ['another charset', 'x', 'text/plain; charset=latin1'],
  ])('for %s', async (_, body, type) => {
    await expectProblem(await send('/notes', 'POST', body, type), 400, 'invalid_request')
  })

  it.each([
    ['none', undefined, '/visits'],
    ['one of a different type', 'visits=x', '/visits'],
    ['a number that is not JSON', 'visits=0x10', '/visits'],
    ['one out of range', 'visits=-1', '/visits'],
    ['one that is too long', 'visits=1; shelf=longer', '/shelf'],
  ])('for cookies: %s', async (_, cookie, pointer) => {
    const server = await serve()
    const headers: Record<string, string> = cookie === undefined ? {} : { Cookie: cookie }
    const { errors } = await expectProblem(
      await server.ask('/visits', { headers }),
      400,
      'invalid_request',
    )
    expect(errors).toMatchObject([{ in: 'cookie', pointer }])
  })
})
