/** Logins that wait for a hashing thread: with a full queue, and when the client disconnects. */
import { afterEach, describe, expect, it } from 'vitest'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { ask } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { nextRequest } from '../harness/http-events.ts'
import { converse } from '../harness/raw-request.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

describe('POST /token', () => {
  it('returns 503 and Retry-After if the queue is full, and counts no failure [H6]', async () => {
    const settings = { HASH_THREADS: '1', HASH_QUEUE: '0', LOGIN_MAX_FAILURES: '1' }
    const server = await smallServer(settings)
    const busy = server.services.hashPool.run({ kind: 'hash', input: 'x', cost: 13 })
    for (const _try of [1, 2, 3]) {
      const response = await server.login({ password: 'wrong' })
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      await expectOAuthError(response, 503, 'temporarily_unavailable')
    }
    await busy
    expect((await server.login()).status).toBe(200)
  })

  it('stores nothing of a login that the full queue rejected [H6]', async () => {
    const server = await smallServer({ HASH_THREADS: '1', HASH_QUEUE: '0' })
    const busy = server.services.hashPool.run({ kind: 'hash', input: 'x', cost: 13 })
    for (const username of ['one', 'two', 'three']) {
      expect((await server.login({ username })).status).toBe(503)
    }
    expect(await ask(server.services.config.database, 'select * from attempts')).toEqual([])
    await busy
  })

  it('causes no warning with 16 logins on one connection [H6]', async () => {
    const server = await smallServer({ HASH_THREADS: '1', HASH_QUEUE: '20' })
    const warnings: Error[] = []
    const warn = (warning: Error) => void warnings.push(warning)
    process.on('warning', warn)
    const form = 'username=other&password=wrong'
    const request = (connection: string) =>
      `POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\nConnection: ${connection}\r\n\r\n${form}`
    const requests = Array.from({ length: 16 }, (_, at) =>
      request(at < 15 ? 'keep-alive' : 'close'),
    )
    const answers = await converse(server.url, ...requests)
    process.off('warning', warn)
    expect(answers.match(/HTTP\/1\.1 (401|429) /g)).toHaveLength(16)
    expect(warnings).toEqual([])
  })

  it('passes the place of a client that disconnects to the next one [H6]', async () => {
    const settings = { HASH_THREADS: '1', HASH_QUEUE: '1' }
    const server = await smallServer(settings)
    const { hashPool } = server.services
    const busy = hashPool.run({ kind: 'hash', input: 'x', cost: 13 })
    for (const _client of [1, 2]) await disconnectInQueue(server)
    const other = server.login({ username: 'other', password: defaultPassword })
    const answers = await Promise.all([busy, other])
    expect(answers[1].status).toBe(200)
  })
})

/** A server with two accounts and one hashing thread. */
async function smallServer(settings: Record<string, string>): Promise<TestServer> {
  const server = await testServer({ empty: true, settings })
  running.push(server)
  await addAccount(server, { username: 'johndoe', password: 'secret123' })
  await addAccount(server, { username: 'other' })
  return server
}

/** Sends a login, and closes the connection once it waits for a thread. Resolves when the server has noticed. */
async function disconnectInQueue(server: TestServer): Promise<void> {
  const { hashPool } = server.services
  const { acquireThread } = hashPool
  const queued = Promise.withResolvers<void>()
  hashPool.acquireThread = ({ beforeWaiting, ...options } = {}) => {
    hashPool.acquireThread = acquireThread
    return acquireThread({
      ...options,
      async beforeWaiting() {
        const read = await beforeWaiting?.()
        queued.resolve()
        return read ?? { isKnown: false }
      },
    })
  }
  const accepted = nextRequest()
  const controller = new AbortController()
  const body = new URLSearchParams({ username: 'johndoe', password: 'secret123' })
  const answer = fetch(`${server.url}/token`, { method: 'POST', body, signal: controller.signal })
  const { socket } = await accepted
  await queued.promise
  const closed = new Promise((seen) => socket.once('close', seen))
  controller.abort()
  await expect(answer).rejects.toThrow()
  await closed
}
