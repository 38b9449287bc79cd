/** While another process has the write lock, reads succeed without waiting. */
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tessera } from '../harness/command.ts'
import { databaseOf } from '../harness/database.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let token: string
let other: DatabaseSync
beforeEach(async () => {
  server = await testServer()
  token = await server.token()
  other = new DatabaseSync(databaseOf(server.services).DATABASE_URL ?? '')
  other.exec('begin immediate')
})
afterEach(async () => {
  if (other.isTransaction) other.exec('rollback')
  other.close()
  await server.stop()
})

describe('a server, while another process writes,', () => {
  it('reads while writes wait [J4]', async () => {
    const { users, attempts } = server.services.store
    let settled = 0
    const writes = [users.rehash('u_1', 'x', 'y'), attempts.shorten('x', 1)].map((write) =>
      write.catch(() => undefined).then(() => (settled += 1)),
    )
    for (const _each of [1, 2, 3]) expect(await users.byName('johndoe')).toBeDefined()
    expect(settled).toBe(0)
    for (const path of ['/users/me/items', '/readyz', '/users/me'])
      expect((await server.get(path, token)).status).toBe(200)
    other.exec('rollback')
    await Promise.all(writes)
    expect((await server.login()).status).toBe(200)
  })

  it('returns 503 to requests that wait too long to write [J4]', async () => {
    const logins = await Promise.all(Array.from({ length: 4 }, () => server.login()))
    for (const response of logins) await expectOAuthError(response, 503, 'temporarily_unavailable')
  })
})

describe('a command, while another process writes,', () => {
  const settings = () => databaseOf(server.services)

  it('reads without waiting for the lock', async () => {
    const { out, err } = await tessera(['user', 'list'], { settings: settings() })
    expect(err).toBe('')
    expect(out).toContain('johndoe')
  })

  it('reports in one line that the database (DATABASE_URL) is busy', async () => {
    const args = ['user', 'disable', 'johndoe']
    expect(await tessera(args, { settings: settings() })).toEqual({
      status: 1,
      out: '',
      err: 'tessera: the database (DATABASE_URL) is busy: another process is writing to it\n',
    })
  })
})
