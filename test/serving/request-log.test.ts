import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { traceIdIn } from '../../src/serving/request-log.ts'
import { logLines } from '../harness/log-lines.ts'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { basic, loginPair, postForm } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** The log line of the request with this response. It is written after the response. */
async function lineOn(response: Response): Promise<Record<string, unknown>> {
  const requestId = response.headers.get('x-request-id')
  const found = () =>
    server
      .log()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
      .find((line) => line.requestId === requestId && line.method)
  return await expect.poll(found).toBeDefined().then(found)
}

describe('the request log', () => {
  it('has one line per request, without headers and query', async () => {
    const token = await server.token()
    const line = await lineOn(await server.get('/users/me?password=hunter2', token))
    expect(line).toMatchObject({
      method: 'GET',
      path: '/users/me',
      operationId: 'readUsersMe',
      status: 400,
    })
    expect(server.log()).not.toContain('hunter2')
    expect(server.log()).not.toContain(token.slice(-20))
    expect(server.log()).not.toContain('secret123')
  })

  it('contains no token that is in the path', async () => {
    const token = await server.token()
    await lineOn(await server.get(`/users/${token}/items?x=/`))
    expect(server.log()).toContain('"path":"/users/…/items"')
    expect(server.log()).not.toContain(token.slice(0, 20))
    expect(server.log()).not.toContain(token.slice(-20))
  })

  it.each([
    ['ftp://user:hunter2@host/x', '…'],
    ['//hunter2@host/x', '…'],
    ['/healthz#password=hunter2', '/healthz…'],
    ['/token%3Fpassword=hunter2', '/token…'],
    ['/token;password=hunter2', '/token…'],
    ['/users/user:hunter2@host/items', '/users/user…'],
    ['/docs/swagger-ui.css', '/docs/swagger-ui.css'],
  ])('contains only the path of %s', async (target, path) => {
    const said = await converse(
      server.url,
      `GET ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )
    const [, id = ''] = /X-Request-Id: (\S+)/.exec(said) ?? []
    const response = new Response(null, { headers: { 'x-request-id': id } })
    expect(await lineOn(response)).toMatchObject({ path })
    expect(server.log()).not.toContain('hunter2')
  })

  it('has a line for a request that cannot be parsed, without its text', async () => {
    await converse(server.url, 'GET /healthz HTTP/1.1\r\nHost: a\r\npassword hunter2\r\n\r\n')
    const line = server
      .log()
      .split('\n')
      .find((each) => each.includes('rejected by the HTTP parser'))
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 30,
      status: 400,
      address: '127.0.0.1',
      code: 'HPE_INVALID_HEADER_TOKEN',
    })
    expect(server.log()).not.toContain('hunter2')
  })

  it('contains the trace id of a request', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const ask = (headers: Record<string, string>) => fetch(`${server.url}/healthz`, { headers })
    expect(await lineOn(await ask({ traceparent }))).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    })
    expect(await lineOn(await ask({}))).not.toHaveProperty('traceId')
  })
})

it('the request log says what a handler throws that is no error', async () => {
  const product = { handlers: () => ({ readLiveness: () => Promise.reject() }) }
  const broken = await testServer({ product })
  onTestFinished(() => broken.stop())
  expect((await broken.get('/healthz')).status).toBe(500)
  expect(logLines(broken.log())).toContainEqual(
    expect.objectContaining({ status: 500, cause: 'undefined was thrown' }),
  )
})

describe('the request log names the caller', () => {
  it('of a request with a token, even if it is rejected', async () => {
    const token = await server.token()
    const { sub: userId, client_id: clientId } = decodeJwt(token)
    for (const path of ['/users/me', '/users']) {
      expect(await lineOn(await server.get(path, token))).toMatchObject({ userId, clientId })
    }
  })

  it('of a login, even if it fails', async () => {
    const { sub: userId } = decodeJwt(await server.token())
    const who = { userId, clientId: 'tessera' }
    expect(await lineOn(await server.login())).toMatchObject(who)
    expect(await lineOn(await server.login({ password: 'wrong' }))).toMatchObject(who)
    const unknown = await lineOn(await server.login({ username: 'nobody' }))
    expect(unknown).toMatchObject({ clientId: 'tessera' })
    expect(unknown).not.toHaveProperty('userId')
  })

  it('of a refresh', async () => {
    const { access, refresh } = await loginPair(server)
    const form = { grant_type: 'refresh_token', refresh_token: refresh }
    expect(await lineOn(await postForm(server, '/token', form))).toMatchObject({
      userId: decodeJwt(access).sub,
      clientId: 'tessera',
    })
  })

  it('that is a client, of a revocation or an introspection', async () => {
    const demo = basic('demo-service:demo-service-secret')
    for (const path of ['/introspect', '/revoke']) {
      const response = await postForm(server, path, { token: 'unknown' }, demo)
      expect(await lineOn(response)).toMatchObject({ clientId: 'demo-service' })
    }
    const firstParty = await postForm(server, '/revoke', { token: 'unknown' })
    expect(await lineOn(firstParty)).toMatchObject({ clientId: 'tessera' })
  })
})

describe('the request log has the cause', () => {
  it.each([
    ['not_found', 'Not found', () => server.get('/nothing')],
    ['not_authenticated', 'Not authenticated', () => server.get('/users/me')],
    ['invalid_grant', 'wrong password', () => server.login({ password: 'wrong' })],
    [
      'invalid_grant',
      'Inactive user',
      () => server.login({ username: 'alice', password: 'password456' }),
    ],
    ['invalid_request', 'Method not allowed: use POST', () => server.get('/token')],
  ])('of a refusal: %s, %s', async (code, cause, ask) => {
    const line = await lineOn(await ask())
    expect(line).toMatchObject({ level: 30, code, cause: expect.stringContaining(cause) })
    expect(line).not.toHaveProperty('err')
  })

  it('of no request that succeeds', async () => {
    const line = await lineOn(await server.get('/healthz'))
    for (const name of ['code', 'cause', 'err']) expect(line).not.toHaveProperty(name)
  })

  it('of an unavailable store, as a warning', async () => {
    const other = await testServer({ settings: { LOG_LEVEL: 'warn' } })
    onTestFinished(() => other.stop())
    await other.services.store.close()
    await other.get('/healthz')
    await other.get('/readyz')
    const lines = () => linesOf(other).filter(({ msg }) => msg === 'request completed')
    await expect
      .poll(lines)
      .toMatchObject([
        { level: 40, path: '/readyz', code: 'temporarily_unavailable', cause: expect.any(String) },
      ])
  })

  it('of an unavailable store, as an error, once per outage [J4]', async () => {
    const other = await testServer({ settings: { LOG_LEVEL: 'error' } })
    onTestFinished(() => other.stop())
    await other.services.store.close()
    const outage = { level: 50, msg: 'the database is unavailable', cause: expect.any(String) }
    const outages = () => linesOf(other).filter(({ msg }) => msg === outage.msg)
    for (const _time of [1, 2, 3]) await other.get('/readyz')
    expect(outages()).toMatchObject([outage])
  })

  it('of a bug that shows after the client has disconnected', async () => {
    const { promise: hungUp, resolve } = Promise.withResolvers<void>()
    const other = await testServer({ settings: { LOG_LEVEL: 'info' } })
    onTestFinished(() => other.stop())
    const hangUp = new AbortController()
    const { users } = other.services.store
    // The account is read only after the client has disconnected.
    Object.assign(users, {
      byName: async () => {
        hangUp.abort()
        await hungUp
        throw new Error('a defect')
      },
    })
    const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
    const asked = fetch(`${other.url}/token`, { method: 'POST', body, signal: hangUp.signal })
    await expect(asked).rejects.toThrow()
    await expect.poll(() => other.log()).toContain('client disconnected')
    resolve()
    await expect
      .poll(() => linesOf(other).slice(1))
      .toMatchObject([
        { level: 50, code: 'server_error', cause: 'a defect', err: { name: 'Error' } },
      ])
  })
})

const linesOf = (from: TestServer) => logLines(from.log())

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const parentId = '00f067aa0ba902b7'

describe('traceIdIn', () => {
  it.each([
    `00-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-00`,
    `cc-${traceId}-${parentId}-01`,
    `cc-${traceId}-${parentId}-01-what-later-versions-say`,
  ])('accepts %s', (header) => {
    expect(traceIdIn(header)).toBe(traceId)
  })

  it.each([
    undefined,
    '',
    traceId,
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-more`,
    `00-${traceId}-${parentId}-01-`,
    `cc-${traceId}-${parentId}-01.more`,
    `00-${traceId}-${parentId}`,
    `00-${traceId}-${parentId}-1`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId.slice(1)}-${parentId}-01`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
    ` 00-${traceId}-${parentId}-01`,
  ])('ignores %j', (header) => {
    expect(traceIdIn(header)).toBeUndefined()
  })
})
