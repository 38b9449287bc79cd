/** What the types say of bodies. The compiler checks this file (`npm run types`). */
import type { Readable } from 'node:stream'
import { expectTypeOf, it } from 'vitest'
import type { RawReply, Reply, Request, Respond } from '../../../src/contract/handler.ts'
import type { ServerSentEvent } from '../../../src/contract/reply/event-stream.ts'
import type { UploadedFile } from '../../../src/contract/request/uploaded-file.ts'

/** As `generate` writes them. */
interface Api {
  operations: {
    upload: {
      requestBody: {
        content: {
          'multipart/form-data': { title: string; cover: string; back?: string; photos: string[] }
        }
      }
    }
    stream: {
      requestBody?: { content: { 'application/octet-stream': string; 'image/png': string } }
    }
    written: {
      requestBody: {
        content: {
          'Application/JSON': { a: 1 }
          'application/vnd.api+json; version=1': { a: 2 }
          'application/x-www-form-urlencoded; charset=utf-8': { a: 3 }
          'Text/Plain ;charset=utf-8': string
        }
      }
      responses: {
        200: {
          headers: Record<string, unknown>
          content: { 'application/vnd.api+json; version=1': { count: number } }
        }
        201: {
          headers: Record<string, unknown>
          content: { 'Text/Event-Stream; charset=utf-8': { count: number } }
        }
      }
    }
    events: {
      responses: {
        200: {
          headers: Record<string, unknown>
          content: { 'text/event-stream': { count: number } }
        }
        201: {
          headers: Record<string, unknown>
          content: { 'application/x-ndjson': { count: number } }
        }
        202: { headers: Record<string, unknown>; content: { 'text/event-stream': unknown } }
      }
    }
  }
  table: {
    events: object
    written: object
    upload: { files: { cover: 'one'; back: 'one'; photos: 'list' } }
    stream: { streams: ['application/octet-stream'] }
  }
}

it('a file of a form is a file, not a text [K10]', () => {
  type Body = Request<Api, 'upload', object>['body']
  expectTypeOf<Body['title']>().toEqualTypeOf<string>()
  expectTypeOf<Body['cover']>().toEqualTypeOf<UploadedFile>()
  expectTypeOf<Body['back']>().toEqualTypeOf<UploadedFile | undefined>()
  expectTypeOf<Body['photos']>().toEqualTypeOf<readonly UploadedFile[]>()
})

it('a body is a stream where the contract says so [K11]', () => {
  type Sent = Request<Api, 'stream', object>
  expectTypeOf<
    Extract<Sent, { mediaType: 'application/octet-stream' }>['body']
  >().toEqualTypeOf<Readable>()
  expectTypeOf<Extract<Sent, { mediaType: 'image/png' }>['body']>().toEqualTypeOf<Uint8Array>()
  expectTypeOf<Extract<Sent, { mediaType: undefined }>['body']>().toEqualTypeOf<undefined>()
})

it('a media type is known in any case and with parameters [K36]', () => {
  type Sent = Request<Api, 'written', object>
  type BodyOf<Type> = Extract<Sent, { mediaType: Type }>['body']
  expectTypeOf<BodyOf<'Application/JSON'>>().toEqualTypeOf<{ a: 1 }>()
  expectTypeOf<BodyOf<'application/vnd.api+json; version=1'>>().toEqualTypeOf<{ a: 2 }>()
  type Form = BodyOf<'application/x-www-form-urlencoded; charset=utf-8'>
  expectTypeOf<Form>().toEqualTypeOf<{ a: 3 }>()
  expectTypeOf<BodyOf<'Text/Plain ;charset=utf-8'>>().toEqualTypeOf<string>()
  const replies = (answer: Respond<Api, 'written'>) => [
    answer[200]({ headers: {}, body: { count: 1 } }),
    answer[201]({ headers: {}, body: events }),
  ]
  expectTypeOf(replies).toBeFunction()
})

declare const respond: Respond<Api, 'events'>
declare const events: AsyncIterable<ServerSentEvent<{ count: number }>>
declare const wrong: AsyncIterable<ServerSentEvent<{ count: string }>>
declare const more: AsyncIterable<ServerSentEvent<{ count: number; secret: string }>>
declare const rows: AsyncIterable<{ count: number }>
declare const moreRows: AsyncIterable<{ count: number; secret: string }>

it('an event or a row has the fields of its schema, and no others [K13]', () => {
  // Compiled, not called.
  const replies = () => [
    respond[200]({ headers: {}, body: events }),
    // @ts-expect-error a field of another type
    respond[200]({ headers: {}, body: wrong }),
    // @ts-expect-error a field that the schema does not have
    respond[200]({ headers: {}, body: more }),
    // @ts-expect-error text, where the data has a schema
    respond[200]({ headers: {}, body: 'data: 1' }),
    respond[201]({ headers: {}, body: rows }),
    // @ts-expect-error a field that the schema does not have
    respond[201]({ headers: {}, body: moreRows }),
    respond[202]({ headers: {}, body: 'data: 1' }),
    respond[202]({ headers: {}, body: events }),
  ]
  expectTypeOf(replies).toBeFunction()
})

it('a raw reply is not a declared one, and a handler can return it [K14]', () => {
  type Raw = ReturnType<Respond<Api, 'events'>['raw']>
  expectTypeOf<Raw>().toEqualTypeOf<RawReply<Api, 'events'>>()
  expectTypeOf<Raw>().toExtend<Reply<Api, 'events'>>()
  expectTypeOf<Reply<Api, 'events'>>().not.toExtend<Raw>()
  expectTypeOf<Raw>().not.toExtend<Reply<Api, 'upload'>>()
})
