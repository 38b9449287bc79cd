/** Uploads of forms with files. Each test sends a real request. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { defaultLimits } from '../../../src/contract/request/limits.ts'
import { multipartReader } from '../../../src/contract/request/multipart.ts'
import { keepInMemory, type UploadedFile } from '../../../src/contract/request/uploaded-file.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { rawRequest } from '../../harness/raw-request.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /albums:
    post:
      operationId: addAlbum
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [title, cover]
              properties:
                title: { type: string, maxLength: 20 }
                year: { type: integer, default: 2000 }
                tags: { type: array, maxItems: 3, items: { type: string } }
                artist: { type: object, required: [name], properties: { name: { type: string } } }
                cover: { type: string, format: binary, maxLength: 50 }
                photos: { type: array, maxItems: 2, items: { type: string, contentMediaType: image/png } }
                any: {}
            encoding:
              cover: { contentType: 'image/png, image/webp' }
      responses:
        '200': { description: Added., content: { application/json: {} } }
  /maybe:
    post:
      operationId: maybe
      security: [{ key: [] }]
      requestBody:
        content: { multipart/form-data: { schema: { type: object, properties: { a: {} } } } }
      responses: { '200': { description: Added., content: { application/json: {} } } }
`
const components = `components: { securitySchemes: { key: { type: apiKey, in: header, name: key } } }`

async function told(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return await Promise.all(value.map(told))
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return value
  const { filename, mediaType, size, bytes, stream } = value as UploadedFile
  const [read, streamed] = [Buffer.from(await bytes()), await buffer(stream())]
  return { filename, mediaType, size, text: String(read), same: read.equals(streamed) }
}

/** Answers with what it was given. */
const tell: AnyHandler = async ({ body }, respond) => {
  const entries = Object.entries(Object(body)).map(async ([name, value]) => [
    name,
    await told(value),
  ])
  return respond[200]?.({ headers: {}, body: Object.fromEntries(await Promise.all(entries)) })
}

type Options = NonNullable<Parameters<typeof contractServer>[2]> & { readonly handler?: AnyHandler }

const serve = ({ handler = tell, ...options }: Options = {}) =>
  contractServer(
    paths + components,
    { addAlbum: handler, maybe: handler },
    {
      security: {
        key: async ({ headers }) => headers.key ?? Promise.reject(new Error('no key')),
      },
      ...options,
    },
  )

const png = (text: string, name = 'a.png') =>
  [new Blob([text], { type: 'image/png' }), name] as const
type Value = string | Blob | readonly [Blob, string]

function form(fields: readonly (readonly [name: string, value: Value])[]): FormData {
  const data = new FormData()
  for (const [name, value] of fields) {
    if (typeof value === 'string') data.append(name, value)
    else if (value instanceof Blob) data.append(name, value)
    else data.append(name, ...value)
  }
  return data
}

const least = [
  ['title', 'Emma'],
  ['cover', png('cover')],
] as const
const post = async (body: NonNullable<RequestInit['body']>, options: Options = {}, headers = {}) =>
  await (await serve(options)).ask('/albums', { method: 'POST', body, headers })

/** The body as it is written, with one boundary. */
const raw = (parts: readonly string[], end = '--b--\r\n') =>
  parts.map((part) => `--b\r\n${part}\r\n`).join('') + end
const rawPost = (body: string, options: Options = {}, type = 'multipart/form-data; boundary=b') =>
  post(body, options, { 'content-type': type })
const field = (name: string, value: string) =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`
const cover =
  'Content-Disposition: form-data; name="cover"; filename="../../x.png"\r\nContent-Type: image/png\r\n\r\nc'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'uploads-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

describe('A multipart body', () => {
  it.each(['memory', 'folder'])(
    'has texts, lists, JSON and files of the declared types, in %s [K10]',
    async (place) => {
      const artist = new Blob(['{"name":"Jane"}'], { type: 'application/json' })
      const body = form([
        ...least,
        ['year', '1815'],
        ['tags', 'a'],
        ['tags', 'b,c'],
        ['artist', artist],
        ['photos', png('1')],
        ['photos', png('22', 'é.png')],
        ['any', png('\u0000')],
      ])
      const response = await post(body, place === 'folder' ? { uploadFolder: folder() } : {})
      const file = { mediaType: 'image/png', filename: 'a.png', same: true }
      expect(await response.json()).toEqual({
        title: 'Emma',
        year: 1815,
        tags: ['a', 'b,c'],
        artist: { name: 'Jane' },
        cover: { ...file, size: 5, text: 'cover' },
        photos: [
          { ...file, size: 1, text: '1' },
          { ...file, filename: 'é.png', size: 2, text: '22' },
        ],
        any: { ...file, size: 1, text: '\u0000' },
      })
    },
  )

  it('takes JSON in a field, defaults, and empty fields and files as omitted [K10]', async () => {
    const body = form([
      ...least,
      ['tags', ''],
      ['artist', '{"name":"Jane"}'],
      ['any', [new Blob([]), '']],
    ])
    expect(await (await post(body)).json()).toMatchObject({
      title: 'Emma',
      year: 2000,
      artist: { name: 'Jane' },
    })
  })

  it('may be absent, if it is not required [K10]', async () => {
    const { ask } = await serve()
    const response = await ask('/maybe', { method: 'POST', headers: { key: 'k' } })
    expect(await response.json()).toEqual({})
  })

  it('keeps the last part of the name of a file, which is no path [K10]', async () => {
    const response = await rawPost(raw([field('title', 'a'), cover]))
    expect(await response.json()).toMatchObject({ cover: { filename: 'x.png' } })
  })
})

describe('A multipart body is rejected', () => {
  const big = 'x'.repeat(60)
  it.each<[string, FormData, string]>([
    ['without a required text', form([['cover', png('a')]]), '/title'],
    ['without a required file', form([['title', 'a']]), '/cover'],
    [
      'for a text that the schema forbids',
      form([
        ['title', 'x'.repeat(21)],
        ['cover', png('a')],
      ]),
      '/title',
    ],
    ['for a number that is not a JSON number', form([...least, ['year', '0x10']]), '/year'],
    [
      'for too many items',
      form([...least, ...['a', 'b', 'c', 'd'].map((tag) => ['tags', tag] as const)]),
      '/tags',
    ],
    [
      'for too many files of a list',
      form([...least, ...['a', 'b', 'c'].map((name) => ['photos', png(name)] as const)]),
      '/photos',
    ],
    [
      'for a file where a text is declared',
      form([
        ['title', png('a')],
        ['cover', png('a')],
      ]),
      '/title',
    ],
    [
      'for a text where a file is declared',
      form([
        ['title', 'a'],
        ['cover', 'a'],
      ]),
      '/cover',
    ],
    [
      'for a file of another media type',
      form([
        ['title', 'a'],
        ['cover', [new Blob(['a'], { type: 'image/gif' }), 'a.gif']],
      ]),
      '/cover',
    ],
    [
      'for such a file in a list',
      form([...least, ['photos', [new Blob(['a'], { type: 'image/gif' }), 'a.gif']]]),
      '/photos',
    ],
    [
      'for a file with more bytes than its schema allows',
      form([
        ['title', 'a'],
        ['cover', png(big)],
      ]),
      '/cover',
    ],
    ['for malformed JSON', form([...least, ['artist', '{']]), '/artist'],
    ['for JSON that the schema forbids', form([...least, ['artist', '{}']]), '/artist/name'],
    ['for a repeated text', form([...least, ['title', 'b']]), '/title'],
    ['for a repeated file', form([...least, ['cover', png('b')]]), '/cover'],
    ['for a field that is not declared', form([...least, ['color', 'blue']]), '/color'],
    ['for a file that is not declared', form([...least, ['color', png('b')]]), '/color'],
    ['for a field named __proto__', form([...least, ['__proto__', 'b']]), '/__proto__'],
    ['for a field named constructor', form([...least, ['constructor', 'b']]), '/constructor'],
  ])('%s [K10]', async (_, body, pointer) => {
    const uploadFolder = folder()
    const { errors } = await expectProblem(
      await post(body, { uploadFolder }),
      400,
      'invalid_request',
    )
    expect(errors).toEqual([{ in: 'body', pointer, detail: expect.any(String) }])
    expect(readdirSync(uploadFolder)).toEqual([])
  })

  it.each<[string, string, (string | undefined)?]>([
    ['without a boundary', raw([field('title', 'a')]), 'multipart/form-data'],
    ['without its end', raw([field('title', 'a'), cover], '')],
    ['that ends within a file', `${raw([field('title', 'a')], '')}--b\r\n${cover}`],
    ['of another boundary', raw([field('title', 'a'), cover]), 'multipart/form-data; boundary=c'],
    [
      'with text that is not UTF-8',
      raw([field('title', 'a'), cover]).replace('\r\n\r\na', '\r\n\r\n\u00FF'),
      undefined,
    ],
    ['with nothing of a form', 'title=a'],
  ])('if it is malformed: %s [K10]', async (_, body, type) => {
    const uploadFolder = folder()
    const { url } = await serve({ uploadFolder })
    const headers = { 'content-type': type ?? 'multipart/form-data; boundary=b' }
    const sent = { method: 'POST', headers, body: Buffer.from(body, 'latin1') }
    await expectProblem(await rawRequest(`${url}/albums`, sent), 400, 'invalid_request')
    expect(readdirSync(uploadFolder)).toEqual([])
  })

  it.each<[string, NonNullable<Options['limits']>, number, string]>([
    ['files', { files: 1 }, 400, 'The form has too many files: use at most 1'],
    ['fields', { fields: 1 }, 400, 'The form has too many fields: use at most 1'],
    ['bytes of a file', { fileBytes: 4 }, 413, 'A file is larger than 4 bytes'],
    ['bytes of a field', { fieldBytes: 3 }, 413, 'A field is larger than 3 bytes'],
    ['bytes in all', { uploadBytes: 400 }, 413, 'The body is larger than 400 bytes'],
  ])('over the limit of %s, and leaves no file [K10]', async (_, limits, status, message) => {
    const uploadFolder = folder()
    const body = form([...least, ['tags', 'a'], ['photos', png('1')], ['any', png('x'.repeat(3))]])
    const response = await post(body, { limits, uploadFolder })
    const { detail } = await expectProblem(
      response,
      status,
      status === 413 ? 'content_too_large' : 'invalid_request',
    )
    expect(detail).toBe(message)
    await expect.poll(() => readdirSync(uploadFolder)).toEqual([])
  })

  it('over the limit while it arrives in chunks, and the connection stays usable [K10]', async () => {
    const { url } = await serve({ limits: { uploadBytes: 1000 } })
    const chunk = 'x'.repeat(10_000)
    const body = `--b\r\n${cover}${chunk}\r\n--b--\r\n`
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(
      `POST /albums HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    )
    socket.end('GET /albums HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    const said = String(await buffer(socket))
    expect(said.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 405'])
  })

  it.each([
    ['over the limit within a file', 'xxxxxx', 413],
    ['that ends within a file', undefined, 400],
  ])('%s, with that fault and no other [K10]', async (_, more, status) => {
    const { url, refusals } = await serve({ limits: { uploadBytes: 250 } })
    const socket = connect(Number(new URL(url).port), '127.0.0.1').resume()
    onTestFinished(() => void socket.destroy())
    const body = `--b\r\n${cover}${'x'.repeat(20)}`
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`
    socket.write(
      `POST /albums HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(body)}`,
    )
    // So that the file is being read when the rest arrives, or does not.
    await setTimeout(100)
    if (more) socket.write(chunk(more.repeat(50)))
    else socket.destroy()
    await expect.poll(() => refusals.map((each) => each.status)).toEqual([status])
  })

  it('before it is read, for a caller without credentials [K10]', async () => {
    const { ask, refusals } = await serve({
      security: { key: async () => Promise.reject(new Error('none')) },
    })
    const response = await ask('/maybe', {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'multipart/form-data' },
    })
    expect(response.status).toBe(500)
    expect(String(refusals[0]?.cause)).toBe('Error: none')
  })
})

describe('An uploaded file', () => {
  const filesOf = (body: unknown) => Object(body).cover as UploadedFile

  it('is private, has a random name, and is removed after the response [K10]', async () => {
    const uploadFolder = folder()
    let seen: string[] = []
    const handler: AnyHandler = ({ body }, respond) => {
      const { path = '' } = filesOf(body)
      seen = readdirSync(uploadFolder)
      expect(statSync(path).mode & 0o777).toBe(0o600)
      return respond[200]?.({ headers: {}, body: path })
    }
    const response = await post(form(least), { handler, uploadFolder })
    expect(seen).toEqual([expect.stringMatching(/^upload-[0-9a-f-]{36}$/)])
    expect(await response.json()).toBe(join(uploadFolder, seen[0] ?? ''))
    await expect.poll(() => readdirSync(uploadFolder)).toEqual([])
  })

  it.each(['memory', 'folder'])(
    'stays where the handler moved it, from %s [K10]',
    async (place) => {
      const uploadFolder = folder()
      const target = join(folder(), 'cover.png')
      const handler: AnyHandler = async ({ body }, respond) => {
        await filesOf(body).moveTo(target)
        return respond[200]?.({ headers: {}, body: null })
      }
      await post(form(least), { handler, ...(place === 'folder' && { uploadFolder }) })
      expect(readFileSync(target, 'utf8')).toBe('cover')
      expect(readdirSync(uploadFolder)).toEqual([])
    },
  )

  it('is removed if the handler throws [K10]', async () => {
    const uploadFolder = folder()
    const handler: AnyHandler = () => {
      expect(readdirSync(uploadFolder)).toHaveLength(1)
      throw new Error('no')
    }
    expect((await post(form(least), { handler, uploadFolder })).status).toBe(500)
    await expect.poll(() => readdirSync(uploadFolder)).toEqual([])
  })

  it.each(['while it uploads', 'while the handler works'])(
    'is removed if the client leaves %s [K10]',
    async (when) => {
      const uploadFolder = folder()
      const works = Promise.withResolvers<void>()
      const handler: AnyHandler = async (_, respond) => {
        await works.promise
        return respond[200]?.({ headers: {}, body: null })
      }
      const { url } = await serve({ handler, uploadFolder })
      const body = raw([field('title', 'a'), cover])
      const half = when === 'while it uploads' ? body.length - 3 : body.length
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.write(
        `POST /albums HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, half)}`,
      )
      await expect.poll(() => readdirSync(uploadFolder)).toHaveLength(1)
      socket.destroy()
      works.resolve()
      await expect.poll(() => readdirSync(uploadFolder)).toEqual([])
    },
  )

  it('cannot be kept in a folder that is none: a 500 [K10]', async () => {
    const uploadFolder = join(folder(), 'file')
    writeFileSync(uploadFolder, '')
    expect((await post(form(least), { uploadFolder })).status).toBe(500)
  })
})

describe('A contract is rejected', () => {
  const of =
    (type: string, properties: string, more = '') =>
    () =>
      contractOf(
        parse(
          `{ openapi: 3.1.0, paths: { /a: { post: { requestBody: { content: { ${type}: { schema: { type: object, properties: ${properties}${more} } } } } } } } }`,
        ),
      )

  it.each([
    [
      'a field of lists',
      of('multipart/form-data', '{ a: { type: array, items: { type: object } } }'),
      'has the field a, which cannot be a list of lists or objects',
    ],
    [
      'a field that may be an object or not',
      of('application/x-www-form-urlencoded', '{ a: { type: [object, string] } }'),
      'an object or something else',
    ],
    [
      'a field named __proto__',
      of('multipart/form-data', '{ __proto__: { type: string } }'),
      'cannot be named __proto__',
    ],
    [
      'any fields',
      of('multipart/form-data', '{}', ', additionalProperties: true'),
      'cannot have additional properties',
    ],
    ['other multipart bodies', of('multipart/mixed', '{}'), 'use multipart/form-data'],
  ])('for %s [K10]', (_, contract, message) => {
    expect(contract).toThrow(message)
    expect(contract).toThrow(/postA has a request body of/)
  })
})

it('files of a list are in the order in which they were sent, however long each takes to be kept [K10]', async () => {
  const list = { type: 'array', items: { type: 'string', format: 'binary' } }
  const declared = { schema: { type: 'object', properties: { photos: list } } }
  const second = Promise.withResolvers<void>()
  const read = multipartReader(
    { openapi: '3.1.0', paths: {} },
    declared,
    defaultLimits,
    async (chunks, label) => {
      const kept = await keepInMemory(chunks, label)
      if (label.filename === 'b.png') second.resolve()
      await second.promise
      // A later turn than that of the second file.
      if (label.filename === 'a.png') await new Promise(setImmediate)
      return kept
    },
  )
  const sent = new FormData()
  for (const name of ['a', 'b']) sent.append('photos', new Blob([name]), `${name}.png`)
  const { headers, body } = new Response(sent)
  const req = Readable.fromWeb(body as never) as unknown as IncomingMessage
  const { files } = await read(req, headers.get('content-type') ?? '')
  expect([files?.photos].flat().map((file) => Object(file).filename)).toEqual(['a.png', 'b.png'])
})
