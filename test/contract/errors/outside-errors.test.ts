/** Errors of requests that are no operation, and that no operation accepts them. */
import express from 'express'
import { describe, expect, it } from 'vitest'
import { errorResponse, sendError } from '../../../src/contract/errors/outside-errors.ts'
import { problemDetails } from '../../../src/contract/errors/problem-details.ts'
import type { Refusal } from '../../../src/contract/errors/refusal.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type BookServer, bookServer } from '../book-server.ts'

const format = problemDetails((code) => `/problems#${code}`)
const notFound = { status: 404, code: 'not_found', message: 'Not found', cause: 'x' }

describe('an error outside the operations', () => {
  it('is sent in the format, after it was reported with its cause', async () => {
    const reported: unknown[] = []
    const onRefusal = ({ cause }: Refusal, { url }: { url: string }, code: string) =>
      void reported.push([url, code, cause])
    const app = express().disable('x-powered-by')
    app.use((req, res) => sendError(req, res, notFound, { format, onRefusal }))
    const server = app.listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const response = await fetch(`http://127.0.0.1:${port}/nowhere`)
    server.close()
    await expectProblem(response, 404, 'not_found')
    expect(reported).toEqual([['/nowhere', 'not_found', 'x']])
  })

  it('is a value for what is sent in another way', () => {
    expect(errorResponse({ ...notFound, headers: { Allow: 'GET' } }, format)).toMatchObject({
      status: 404,
      headers: { Allow: 'GET' },
      body: { code: 'not_found', detail: 'Not found' },
    })
  })

  it('is a 500 if a handler throws it', async () => {
    let reported: unknown
    const server: BookServer = await bookServer()
    server.behave({
      handlers: {
        readBook: () => {
          throw reported
        },
      },
    })
    const app = express()
    app.use((req, res) => {
      const onRefusal = (refusal: Refusal) => {
        reported = refusal
      }
      sendError(req, res, { ...notFound, status: 400 }, { format, onRefusal })
    })
    const outside = app.listen(0, '127.0.0.1')
    await new Promise((listening) => outside.once('listening', listening))
    const address = outside.address()
    await fetch(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`)
    outside.close()
    expect(reported).toMatchObject({ status: 400 })
    await expectProblem(await server.ask('/books/1'), 500, 'server_error')
    await server.stop()
  })
})
