/** While one network floods the hashing threads, the logins of others are served. */
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { callAs } from '../harness/call.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

const places = 6
const settings = {
  HASH_QUEUE: `${places}`,
  TRUST_PROXY: 'loopback',
  REGISTRATION: 'open',
}

/** A server with four accounts. Tests have one hashing thread. */
async function smallServer(): Promise<TestServer> {
  const server = await testServer({ empty: true, settings })
  running.push(server)
  const scopes = ['me:write']
  for (const username of ['a', 'b', 'c', 'd']) await addAccount(server, { username, scopes })
  return server
}

const from = (address: string) => ({ 'x-forwarded-for': address })
const logIn = (server: TestServer, username: string, address: string, password = defaultPassword) =>
  postForm(server, '/token', { username, password }, from(address))
const statusesOf = async (responses: readonly Promise<Response>[]) =>
  (await Promise.all(responses)).map(({ status }) => status)

/** More logins than there are places; the only thread is not free until `release` is called. */
async function flood(server: TestServer, addressOf: (at: number) => string) {
  const thread = await server.services.hashPool.acquireThread()
  let refused = 0
  const logins = Array.from({ length: 20 }, async (_, at) => {
    const username = ['a', 'b', 'c', 'd'][at % 4] ?? ''
    const { status } = await logIn(server, username, addressOf(at), at % 3 ? 'wrong' : undefined)
    if (status === 503) refused += 1
  })
  await expect.poll(() => refused).toBe(20 - places)
  onTestFinished(async () => void (await Promise.all(logins)))
  return { refused: () => refused, release: () => thread[Symbol.dispose]() }
}

describe('while one network floods POST /token', () => {
  const addressOf = (at: number) => `198.51.100.${at}`

  it('logins from a different network are served [H7]', async () => {
    const server = await smallServer()
    const { refused, release } = await flood(server, addressOf)
    const logins = ['a', 'b', 'c'].map((name) => logIn(server, name, '192.0.2.1'))
    await expect.poll(refused).toBe(20 - places + logins.length)
    release()
    expect(await statusesOf(logins)).toEqual([200, 200, 200])
  })

  it('so are registrations and changes of a password [H7, I4]', async () => {
    const server = await smallServer()
    const { access } = await loginPair(server, { username: 'd', password: defaultPassword })
    const password = 'a correct horse and a battery'
    const call = (token?: string) => callAs(server, token)
    const elsewhere = from('192.0.2.1')
    // The first one loads the password policy.
    await call()('POST', '/users', { username: 'first', password }, elsewhere)
    const { refused, release } = await flood(server, addressOf)
    const passwords = { current_password: defaultPassword, new_password: password }
    const requests = [
      call()('POST', '/users', { username: 'e', password }, elsewhere),
      call(access)('PUT', '/users/me/password', passwords, elsewhere),
    ]
    await expect.poll(refused).toBe(20 - places + requests.length)
    release()
    for (const status of await statusesOf(requests)) expect(status).toBeLessThan(300)
  })
})

describe('while many networks flood POST /token', () => {
  it('a name is served at an address where it has logged in lately [H7]', async () => {
    const server = await smallServer()
    const home = '192.0.2.1'
    expect((await logIn(server, 'a', home)).status).toBe(200)
    const { refused, release } = await flood(server, (at) => `198.51.${at}.1`)
    expect((await logIn(server, 'a', '203.0.113.1')).status).toBe(503)
    const login = logIn(server, 'a', home)
    await expect.poll(refused).toBe(20 - places + 1)
    release()
    expect((await login).status).toBe(200)
  })
})
