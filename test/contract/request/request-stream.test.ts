import { connect } from 'node:net'
import { PassThrough, type Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { contractOf } from '../../../src/contract/contract.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type AnyHandler, contractServer } from '../contract-server.ts'

const paths = `
  /files:
    put:
      operationId: putFile
      requestBody: { required: true, content: { application/octet-stream: { x-stream: true }, image/png: {} } }
      responses: { '200': { description: Put., content: { application/json: {} } } }
`
const size: AnyHandler = async ({ body }, respond) =>
  respond[200]?.({
    headers: {},
    body: body instanceof Uint8Array ? 'bytes' : (await buffer(body as Readable)).length,
  })
const type = 'application/octet-stream'
const put = async (
  body: Buffer | string,
  handler = size,
  headers: object = { 'content-type': type },
) => {
  const { ask } = await contractServer(
    paths,
    { putFile: handler },
    { limits: { uploadBytes: 100_000 } },
  )
  return await ask('/files', { method: 'PUT', body, headers: { ...headers } })
}

describe('A body with x-stream', () => {
  it('is handed over as a stream, beyond the limit of bytes in memory [K11]', async () => {
    expect(await (await put(Buffer.alloc(100_000))).json()).toBe(100_000)
    expect(await (await put('a', size, { 'content-type': 'image/png' })).json()).toBe('bytes')
  })

  it('is handed over before all of it has arrived [K11]', async () => {
    const first = Promise.withResolvers<string>()
    const handler: AnyHandler = async ({ body }, respond) => {
      for await (const chunk of body as Readable) first.resolve(String(chunk))
      return respond[200]?.({ headers: {}, body: null })
    }
    const { url } = await contractServer(paths, { putFile: handler })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(
      `PUT /files HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 2\r\nConnection: close\r\n\r\na`,
    )
    expect(await first.promise).toBe('a')
    socket.write('b')
    expect(await text(socket)).toContain('200 OK')
  })

  it('over the limit is a 413, announced or not [K11]', async () => {
    await expectProblem(await put(Buffer.alloc(100_001)), 413, 'content_too_large')
    const { url } = await contractServer(paths, { putFile: size }, { limits: { uploadBytes: 5 } })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(
      `PUT /files HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n0\r\n\r\n`,
    )
    socket.end('POST /files HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect((await text(socket)).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 405'])
  })

  it('need not be read: the connection stays usable [K11]', async () => {
    const ignore: AnyHandler = (_, respond) => respond[200]?.({ headers: {}, body: 'ignored' })
    const { url } = await contractServer(paths, { putFile: ignore })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    socket.write(
      `PUT /files HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 90000\r\n\r\n${'a'.repeat(90_000)}`,
    )
    socket.end('POST /files HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    expect((await text(socket)).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 405'])
  })

  it.each([
    ['when the client leaves', 100_000, 'abc'],
    ['over the limit', 10, 'a'.repeat(10)],
  ])('ends no process whose handler listens for no errors, %s [K11]', async (_, length, sent) => {
    const uncaught: unknown[] = []
    const listener = (error: unknown) => uncaught.push(error)
    process.on('uncaughtExceptionMonitor', listener)
    onTestFinished(() => void process.off('uncaughtExceptionMonitor', listener))
    const closed = Promise.withResolvers<void>()
    const piping: AnyHandler = async ({ body }, respond) => {
      const readable = body as Readable
      readable.on('close', closed.resolve).pipe(new PassThrough())
      await closed.promise
      return respond[200]?.({ headers: {}, body: null })
    }
    const limits = { uploadBytes: 5 }
    const { url } = await contractServer(paths, { putFile: piping }, length > 10 ? {} : { limits })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    const framing =
      length > 10
        ? `Content-Length: ${length}\r\n\r\n${sent}`
        : `Transfer-Encoding: chunked\r\n\r\na\r\n${sent}\r\n`
    socket.write(`PUT /files HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${framing}`)
    setTimeout(() => socket.destroy(), 100)
    await closed.promise
    await setImmediate()
    expect(uncaught).toEqual([])
  })

  it('is required where the contract says so [K11]', async () => {
    await expectProblem(await put(''), 400, 'invalid_request')
  })

  it('cannot be JSON [K11]', () => {
    const json = paths.replace('application/octet-stream', 'application/json')
    expect(() => contractOf(parse(`openapi: 3.1.0\npaths:${json}`))).toThrow('only bytes can')
  })
})
