import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { contractOf } from '#contract'
import { contract } from '../../generated/contract.ts'
import { type Config, readConfig } from '../../src/config/config.ts'
import { productOf } from '../../src/create-server.ts'
import { tessera } from '../../src/main.ts'
import { operations } from '../../src/operations/index.ts'
import { startServer } from '../../src/serving/server.ts'
import { bookDocument } from '../contract/books.ts'
import { nextListening, nextRequest } from '../harness/http-events.ts'
import { converse } from '../harness/raw-request.ts'
import { testServer } from '../harness/test-server.ts'

const product = productOf(tessera)

function temporaryConfig(): Config {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-server-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const settings = { PORT: '0', LOG_LEVEL: 'silent', CHECK_REPLIES: 'on' }
  return readConfig({ ...settings, DATABASE_URL: join(folder, 'test.db') })
}

it('a server that stops waits five seconds for the rest of a request, and then closes its connection [J12]', async () => {
  const server = await testServer()
  const { hostname, port } = new URL(server.url)
  const late = connect(Number(port), hostname)
  const lateEnded = once(late, 'close')
  const arrived = nextRequest()
  late.write(
    'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\na',
  )
  await arrived
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => void vi.useRealTimers())
  const stopped = server.stop()
  await expect.poll(() => fetch(server.url).catch(() => 'refused')).toBe('refused')
  vi.advanceTimersByTime(4_999)
  await setImmediate()
  expect(late.closed).toBe(false)
  vi.advanceTimersByTime(1)
  await Promise.all([lateEnded, stopped])
})

describe('startServer', () => {
  it('serves an early request once it is ready', async () => {
    const order: string[] = []
    const listening = nextListening()
    const accepted = nextRequest().then(() => void order.push('accepted'))
    // Not ready before the request is here, and then soon: a request waits for 1.5 seconds at most.
    const started = startServer({ config: temporaryConfig(), product, prepare: () => accepted })
    const ready = started.then(() => order.push('ready'))
    const { port } = (await listening).address() as AddressInfo
    const response = await fetch(`http://127.0.0.1:${port}/readyz`)
    expect(response.status).toBe(200)
    await ready
    expect(order).toEqual(['accepted', 'ready'])
    await (await started).stop()
  })

  it('fails if the contract and the server differ, and leaves no port open', async () => {
    const listening = nextListening()
    const started = startServer({
      config: temporaryConfig(),
      product: { ...product, contract: contractOf(bookDocument()), defaultScopes: [] },
    })
    await expect(started).rejects.toThrow('the operation listBooks has no handler')
    expect((await listening).listening).toBe(false)
  })

  it('rejects every request by the scheme that operations check themselves [B6]', async () => {
    const document = structuredClone(contract.document)
    const { get } = document.paths['/users'] ?? {}
    const { Unauthorized: unauthorized } = document.components?.responses ?? {}
    if (!get || !unauthorized) throw new Error('the contract has changed')
    get.security = [{ clientBasic: [] }]
    Object.assign(unauthorized, {
      'x-codes': ['invalid_client', 'not_authenticated', 'invalid_token'],
      headers: { 'WWW-Authenticate': { schema: { type: 'string' } } },
    })
    const server = await startServer({
      config: temporaryConfig(),
      product: { ...product, contract: contractOf(document), handlers: operations },
    })
    const response = await fetch(`${server.url}/users`)
    await server.stop()
    expect(response.status).toBe(401)
  })

  it('fails if its store cannot be opened, and leaves no port open', async () => {
    const listening = nextListening()
    const config = {
      ...temporaryConfig(),
      database: { kind: 'sqlite', file: '/nowhere/test.db' } as const,
    }
    await expect(startServer({ config, product })).rejects.toThrow(/cannot be opened/)
    expect((await listening).listening).toBe(false)
  })
})

describe('an idle connection', () => {
  const request = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n'

  it('stays open for KEEP_ALIVE_SECONDS, which the response says', async () => {
    const server = await testServer({ settings: { KEEP_ALIVE_SECONDS: '1' }, empty: true })
    expect(await converse(server.url, request)).toMatch(/\r\nKeep-Alive: timeout=1\r\n/)
    await server.stop()
  })

  it('stays open for more than the minute of common proxies', async () => {
    const server = await testServer({ empty: true })
    const response = await fetch(`${server.url}/healthz`)
    expect(response.headers.get('keep-alive')).toBe('timeout=65')
    await server.stop()
  })
})

describe('stop', () => {
  it('completes accepted requests', async () => {
    const server = await testServer()
    const accepted = nextRequest()
    const response = server.login()
    await accepted
    const stopped = server.stop()
    expect((await response).status).toBe(200)
    await stopped
  }, 10_000)

  it('waits for an incomplete request no longer than its timeout', async () => {
    const server = await testServer()
    const accepted = nextRequest()
    const { hostname, port } = new URL(server.url)
    const client = connect(Number(port), hostname)
    const cut = new Promise((done) => client.once('close', done))
    client.write(
      'POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n',
    )
    client.write('Content-Type: application/x-www-form-urlencoded\r\n\r\na=')
    const { server: http } = await accepted
    Object.assign(http, { requestTimeout: 100 })
    await server.stop()
    await cut
  }, 10_000)

  it('accepts no new connections', async () => {
    const server = await testServer()
    expect((await server.get('/healthz')).status).toBe(200)
    await server.stop()
    await expect(server.get('/healthz')).rejects.toThrow('fetch failed')
  })

  it('does not wait for keep-alive connections', async () => {
    const server = await testServer()
    const accepted = nextRequest()
    const response = server.login()
    const { socket } = await accepted
    const closed = new Promise((done) => socket.once('close', done))
    const stopped = server.stop()
    expect((await response).headers.get('connection')).toBe('close')
    await Promise.all([closed, stopped])
  }, 10_000)
})
