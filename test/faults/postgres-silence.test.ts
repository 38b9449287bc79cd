/** PostgreSQL accepts connections but does not respond: requests wait no longer than the server's timeouts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, databaseOf, type TestDatabase, testDatabase } from '../harness/database.ts'
import { expectOAuthError, expectProblem } from '../harness/error-responses.ts'
import { aroundHashes } from '../harness/hashes.ts'
import { type SilentProxy, silentProxy } from '../harness/silent-proxy.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

describe('a server whose PostgreSQL stops responding', () => {
  let database: TestDatabase
  let proxy: SilentProxy
  let server: TestServer
  let token: string
  beforeAll(async () => {
    database = await testDatabase()
    const url = new URL(database.settings.DATABASE_URL ?? '')
    proxy = await silentProxy(Number(url.port))
    url.port = String(proxy.port)
    server = await testServer({ settings: { ...database.settings, DATABASE_URL: url.href } })
    token = await server.token()
  })
  afterAll(async () => {
    proxy.resume()
    await server.stop()
    await proxy.close()
    await database.drop()
  })

  it('returns 503 to all requests, also those that wait for a connection, and recovers [J4]', async () => {
    proxy.silence()
    const responses = await Promise.all(
      Array.from({ length: 20 }, () => server.get('/users/me', token)),
    )
    for (const response of responses) {
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      await expectProblem(response, 503, 'temporarily_unavailable')
    }
    await expectOAuthError(await server.login(), 503, 'temporarily_unavailable')
    expect((await server.get('/readyz')).status).toBe(503)
    proxy.resume()
    expect((await server.get('/users/me', token)).status).toBe(200)
    expect((await server.login()).status).toBe(200)
  })

  it('counts no failure for logins that time out, or that wait for them [H3, J4]', async () => {
    const { config, store } = server.services
    const { read } = store.attempts
    const gate = Promise.withResolvers<void>()
    const reading = { begun: 0, done: 0 }
    const putBack = aroundHashes(server, async (hash) => {
      await gate.promise
      return hash()
    })
    store.attempts.read = async (...budgets) => {
      reading.begun += 1
      const counts = await read(...budgets)
      reading.done += 1
      return counts
    }
    const atOnce = config.hashThreads + config.hashQueue
    const logins = Array.from({ length: atOnce }, () => server.login())
    await expect.poll(() => reading.done).toBe(atOnce)
    proxy.silence()
    gate.resolve()
    for (const response of await Promise.all(logins)) {
      expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      await expectOAuthError(response, 503, 'temporarily_unavailable')
    }
    // Logins that wait for a thread fail together with the first, instead of waiting for the store one after the other.
    expect(reading.begun).toBeLessThanOrEqual(atOnce + config.hashThreads)
    putBack()
    store.attempts.read = read
    proxy.resume()
    // An idle connection may have ended during the outage: the next request on it gets a 503.
    await expect.poll(async () => (await server.get('/readyz')).status).toBe(200)
    const again = Array.from({ length: 2 * config.loginMaxFailures }, () => server.login())
    const statuses = (await Promise.all(again)).map(({ status }) => status)
    expect(statuses).toEqual(statuses.map(() => 200))
    expect(await ask(config.database, 'select * from attempts')).toEqual([])
  })

  it('does not log the password of the database', () => {
    const { password } = new URL(databaseOf(server.services).DATABASE_URL ?? '')
    expect(password).not.toBe('')
    expect(server.log()).not.toContain(`:${password}@`)
    expect(server.log()).toContain('"code":"temporarily_unavailable"')
  })
})
