/** What the types say of bodies. The compiler checks this file (`npm run types`). */
import type { Readable } from 'node:stream'
import { expectTypeOf, it } from 'vitest'
import type { Request } from '../../src/contract/handler.ts'
import type { UploadedFile } from '../../src/contract/uploaded-file.ts'

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
  }
  table: {
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
