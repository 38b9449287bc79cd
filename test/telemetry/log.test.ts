import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../harness/database.ts'
import { logLines } from '../harness/log-lines.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { basic, postToken, validForm } from '../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** The log lines of requests for this path. */
const linesAt = (path: string) => logLines(server.log()).filter((line) => line.path === path)

describe('the log', () => {
  it('has one line per request, without headers and body', async () => {
    const response = await server.get('/users/me', await server.token())
    const [line, ...more] = linesAt('/users/me')
    expect(more).toEqual([])
    expect(line).toEqual({
      level: 30,
      time: expect.any(Number),
      requestId: response.headers.get('x-request-id'),
      method: 'GET',
      path: '/users/me',
      operationId: 'readUsersMe',
      status: 200,
      ms: expect.any(Number),
      address: '127.0.0.1',
      userId: expect.stringMatching(/^u_/),
      clientId: 'tessera',
      msg: 'request completed',
    })
  })

  it.each([
    ['secret123', 200],
    ['wrong-password-1', 401],
  ])('names the account of a login (%s)', async (password, status) => {
    expect((await server.login({ password })).status).toBe(status)
    const user = await server.services.store.users.byName('johndoe')
    expect(linesAt('/token').at(-1)).toMatchObject({ status, userId: user?.userId })
  })

  it('contains no token, password or secret, whatever the response', async () => {
    const token = await server.token()
    const secrets = [token, 'wrong-password-1', 'client-secret-1', 'form-value-1', 'scope-value-1']
    await server.get('/users/me', token)
    await server.get('/users/me', `${token}x`)
    await server.get(`/users/me?access_token=${token}`)
    await server.login({ password: 'wrong-password-1' })
    await server.login({ username: 'nobody', password: 'wrong-password-1' })
    await postToken(server, validForm, basic('tessera:client-secret-1'))
    await postToken(server, `${validForm}&client_secret=client-secret-1`)
    await postToken(server, `${validForm}&password=wrong-password-1`)
    await postToken(server, `${validForm}&x=form-value-1%ZZ`)
    await postToken(server, `${validForm}&x=${'form-value-1'.repeat(1000)}`)
    await postToken(server, '{"password":"wrong-password-1"', {
      'content-type': 'application/json',
    })
    await server.login({ scope: 'scope-value-1"' })
    await server.login({ scope: 'scope-value-1' })
    expect(linesAt('/token').length).toBeGreaterThan(8)
    expect(secrets.filter((secret) => server.log().includes(secret))).toEqual([])
    expect(server.log()).not.toContain('secret123')
  })

  it('contains nothing of a malformed token', async () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64url')
    await server.get('/users/me', `${encoded('hunter2-header')}.${encoded('{}')}.eA`)
    await server.get('/users/me', `${encoded('{"alg":"RS256" hunter2}')}.${encoded('{}')}.eA`)
    expect(server.log()).toContain('malformed JWS')
    expect(server.log()).not.toContain('hunter2')
  })

  it('contains the message of an error, without the properties that libraries add', async () => {
    const token = await server.token()
    // The database drivers add codes and other properties to their errors.
    await ask(server.services.config.database, 'alter table items rename to gone')
    expect((await server.get('/users/me/items', token)).status).toBe(500)
    await expect.poll(() => linesAt('/users/me/items')).toHaveLength(1)
    const [{ level, code, cause, err } = {}] = linesAt('/users/me/items')
    expect({ level, code, cause }).toEqual({
      level: 50,
      code: 'server_error',
      cause: expect.stringContaining('items'),
    })
    expect(Object.keys(err ?? {}).sort()).toEqual(['message', 'name', 'stack'])
  })

  it.each([
    ['content-encoding', 'hunter3'],
    ['content-type', 'text/hunter3'],
  ])('contains nothing of a header that is refused: %s', async (name, value) => {
    const { status } = await postToken(server, validForm, { [name]: value })
    await expect.poll(() => linesAt('/token').at(-1)?.status).toBe(status)
    expect(status).toBe(400)
    expect(server.log()).not.toContain('hunter3')
  })
})
