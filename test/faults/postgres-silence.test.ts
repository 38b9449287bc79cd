/** PostgreSQL is there and says nothing: nobody waits for it longer than the server's own limits. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databaseOf, type TestDatabase, testDatabase } from '../harness/database.ts'
import { expectOAuthError, expectProblem } from '../harness/error-answers.ts'
import { type SilentProxy, silentProxy } from '../harness/silent-proxy.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

describe('a server whose PostgreSQL falls silent', () => {
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

  it('J4 answers 503 to all, those too who wait for a connection, and serves again', async () => {
    proxy.silence()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => server.get('/users/me', token)),
    )
    for (const answer of answers) {
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
      await expectProblem(answer, 503, 'temporarily_unavailable')
    }
    await expectOAuthError(await server.login(), 503, 'temporarily_unavailable')
    expect((await server.get('/readyz')).status).toBe(503)
    proxy.resume()
    expect((await server.get('/users/me', token)).status).toBe(200)
    expect((await server.login()).status).toBe(200)
  })

  it('keeps the password of the database out of its log', () => {
    const { password } = new URL(databaseOf(server.services).DATABASE_URL ?? '')
    expect(password).not.toBe('')
    expect(server.log()).not.toContain(`:${password}@`)
    expect(server.log()).toContain('the store cannot be used')
  })
})
