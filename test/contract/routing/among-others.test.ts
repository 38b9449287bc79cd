/** `serve` in an Express app among other routes and middleware, below a prefix, and more than once. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Express, Router } from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { contractOf, problemDetails, type Refusal, serve } from '#contract'
import { ignoreServer } from '../../harness/seen-responses.ts'

/** A contract with one path, whose GET repeats the query and whose POST repeats the body. */
function echo(path = '/echo', onRefusal: (refusal: Refusal) => void = () => {}) {
  const json = '{ content: { application/json: { schema: {} } } }'
  const contract = contractOf(
    parse(`
openapi: 3.1.0
paths:
  ${path}:
    get:
      operationId: read
      parameters: [{ in: query, name: text, schema: { type: string } }]
      responses: { 200: ${json} }
    post:
      operationId: send
      requestBody: { content: { application/json: { schema: { type: object } }, application/x-www-form-urlencoded: { schema: { type: object } } } }
      responses: { 200: ${json} }
`),
  )
  type Respond = Readonly<Record<200, (init: object) => unknown>>
  const reply = (name: 'query' | 'body') => (request: Record<string, unknown>, respond: Respond) =>
    respond[200]({ headers: {}, body: request[name] })
  const handlers = { read: reply('query'), send: reply('body') }
  return serve(contract, { handlers, security: {}, errors: problemDetails(), onRefusal })
}

/** Serves the app until the end of the test. */
async function asking(app: Express) {
  const server = createServer(app)
  ignoreServer(server)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

const json = (value: unknown) => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
})

describe('serve', () => {
  it('leaves other paths to the routes before and after it [K7]', async () => {
    const app = express()
    app.get('/before', (_req, res) => void res.send('before'))
    app.use(echo())
    app.get('/after', (_req, res) => void res.send('after'))
    const ask = await asking(app)
    const texts = ['/before', '/echo?text=a', '/after'].map(async (path) =>
      (await ask(path)).text(),
    )
    expect(await Promise.all(texts)).toEqual(['before', '{"text":"a"}', 'after'])
    expect((await ask('/elsewhere')).status).toBe(404)
  })

  it.each([['/api'], ['/:tenant/v1']])(
    'works below %s, and leaves the URL whole [K7]',
    async (prefix) => {
      const seen: string[] = []
      const app = express()
      app.use((req, res, next) => {
        res.on('finish', () => seen.push(req.originalUrl))
        next()
      })
      app.use(prefix, Router().use(echo()))
      const ask = await asking(app)
      const path = `${prefix.replace(':tenant', 'acme')}/echo`
      expect(await (await ask(`${path}?text=a+b`)).json()).toEqual({ text: 'a b' })
      expect(await (await ask(path, json({ a: 1 }))).json()).toEqual({ a: 1 })
      expect((await ask(path, { method: 'DELETE' })).headers.get('allow')).toBe(
        'GET, HEAD, POST, OPTIONS',
      )
      expect((await ask('/echo')).status).toBe(404)
      expect(seen).toEqual([`${path}?text=a+b`, path, path, '/echo'])
    },
  )

  it('serves two contracts in one app, beside and below each other [K7]', async () => {
    const app = express().use(echo('/one')).use(echo('/two')).use('/one/more', echo('/two'))
    const ask = await asking(app)
    for (const path of ['/one', '/two', '/one/more/two'])
      expect(await (await ask(`${path}?text=a`)).json()).toEqual({ text: 'a' })
  })

  it('allows the headers of other middleware [K7]', async () => {
    const app = express()
    app.use((_req, res, next) => {
      res.cookie('session', '1').set('RateLimit', 'limit=10')
      next()
    })
    const response = await (await asking(app.use(echo())))('/echo')
    expect(response.status).toBe(200)
    expect(response.headers.get('x-powered-by')).toBe('Express')
    expect(response.headers.get('ratelimit')).toBe('limit=10')
  })

  it('does not take a body that a parser before it has read, and says so in the log [K7]', async () => {
    const refusals: Refusal[] = []
    const app = express().use(
      express.json(),
      echo('/echo', (refusal) => void refusals.push(refusal)),
    )
    const ask = await asking(app)
    expect((await ask('/echo', json({ a: 1 }))).status).toBe(500)
    expect(String(refusals[0]?.cause)).toContain('serve() must come before')
    expect((await ask('/echo')).status).toBe(200)
    const form = { method: 'POST', body: new URLSearchParams('a=1') }
    expect(await (await ask('/echo', form)).json()).toEqual({ a: '1' })
  })

  it('reads the query itself, whatever parser the app has [K7]', async () => {
    const app = express().set('query parser', 'extended').use(echo())
    const ask = await asking(app)
    expect(await (await ask('/echo?text=a%5Bb%5D')).json()).toEqual({ text: 'a[b]' })
    expect((await ask('/echo?text[b]=a')).status).toBe(400)
  })
})
