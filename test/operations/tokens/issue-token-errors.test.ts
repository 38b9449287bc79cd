import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from '../../harness/accounts.ts'
import { oneThreadServer, whileHashing } from '../../harness/busy-pool.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { converse, rawRequest } from '../../harness/raw-request.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { formType, postToken, validForm } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('POST /token with credentials in the query returns 400', () => {
  const password = 'hunter2-in-the-query'
  const query = new URLSearchParams({
    password,
    username: 'somebody-in-the-query',
    access_token: 'token-in-the-query',
    client_secret: 'secret-in-the-query',
  })
  const expectNoneOf = (values: Iterable<string>, text: string) =>
    expect([...values].filter((value) => text.includes(value))).toEqual([])

  it.each(['', validForm])('and neither repeats nor logs them (form %j) [A9]', async (body) => {
    const response = await fetch(`${server.url}/token?${query}`, {
      method: 'POST',
      body,
      headers: formType,
    })
    expectNoneOf(query.values(), JSON.stringify([...response.headers]))
    const answer = await expectOAuthError(response, 400, 'invalid_request')
    expectNoneOf(query.values(), JSON.stringify(answer))
    expect(server.log()).toMatch(/"path":"\/token"/)
    expectNoneOf(query.values(), server.log())
  })

  it('nor those in a malformed query [A9]', async () => {
    const method = 'POST'
    const response = await rawRequest(`${server.url}/token?password=${password}%ZZ`, { method })
    const answer = await expectOAuthError(response, 400, 'invalid_request')
    expectNoneOf([password], JSON.stringify(answer))
    expectNoneOf([password], server.log())
  })
})

describe('POST /token returns 413', () => {
  const tooLarge = `${validForm}&x=${'x'.repeat(65_536)}`

  it('for a form over 64 KiB, but not for one of 64 KiB [A13, C6]', async () => {
    await expectOAuthError(await postToken(server, tooLarge), 413, 'invalid_request')
    const largest = `${validForm}&x=`.padEnd(65_536, 'x')
    expect((await postToken(server, largest)).status).toBe(200)
  })

  it('for a form without Content-Length [A13]', async () => {
    const response = await rawRequest(`${server.url}/token`, {
      method: 'POST',
      headers: { ...formType, 'transfer-encoding': 'chunked' },
      body: tooLarge,
    })
    await expectOAuthError(response, 413, 'invalid_request')
  })

  it('and keeps serving the connection [A13]', async () => {
    const post = (form: string, connection: string) =>
      [
        'POST /token HTTP/1.1',
        'Host: localhost',
        'Content-Type: application/x-www-form-urlencoded',
        `Content-Length: ${form.length}`,
        `Connection: ${connection}`,
        '',
        form,
      ].join('\r\n')
    const answers = await converse(
      server.url,
      post(tooLarge, 'keep-alive'),
      post(validForm, 'close'),
    )
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200'])
  })
})

describe('/token returns 405', () => {
  it.each(['GET', 'PUT', 'HEAD', 'PATCH', 'DELETE', 'TRACE', 'QUERY'])(
    'for %s, as an OAuth error that names POST [A1, C6]',
    async (method) => {
      const response = await rawRequest(`${server.url}/token`, { method })
      expect(response.headers.get('allow')).toBe('POST, OPTIONS')
      if (method === 'HEAD') expect(response.status).toBe(405)
      else await expectOAuthError(response, 405, 'invalid_request')
    },
  )
})

describe('POST /token returns 500', () => {
  it('for an internal error, without its details [C6, C8]', async () => {
    await addAccount(server, { username: 'broken', passwordHash: 'hmac-sha384:lostkey:$2b$10$x' })
    const response = await server.login({ username: 'broken' })
    const body = await expectOAuthError(response, 500, 'server_error')
    expect(body.error_description).toBe('Internal server error')
    expect(server.log()).toMatch(/hashed with the unknown pepper lostkey/)
  })
})

describe('POST /token returns 503', () => {
  const expectBusy = async (response: Response) => {
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    const body = await expectOAuthError(response, 503, 'temporarily_unavailable')
    expect(body.error_description).toBe('Too many logins are waiting')
  }

  it('if too many logins are waiting, before hashing, and then recovers [C6]', async () => {
    const busy = await oneThreadServer()
    await whileHashing(busy, async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => busy.login()))
      for (const answer of answers) await expectBusy(answer)
    })
    expect((await busy.login()).status).toBe(200)
    await busy.stop()
  })

  it('for some of many concurrent logins, and 200 for the others [C6]', async () => {
    const busy = await oneThreadServer()
    const answers = await Promise.all(Array.from({ length: 30 }, () => busy.login()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 503]))
    await busy.stop()
  })
})
