/** PostgreSQL rejects the server's password for a while: each log line of a 503 has the cause. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ask, type TestDatabase, testDatabase } from '../harness/database.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const role = `role_${randomBytes(8).toString('hex')}`
let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await testDatabase()
  await sql(`create role ${role} superuser login password 'one'`)
  const url = new URL(database.settings.DATABASE_URL ?? '')
  url.username = role
  url.password = 'one'
  const settings = { ...database.settings, DATABASE_URL: url.href, LOG_LEVEL: 'info' }
  server = await testServer({ settings })
})
afterAll(async () => {
  await server.stop()
  await sql(`drop role ${role}`)
  await database.drop()
})

const sql = (text: string) =>
  ask({ kind: 'postgres', url: database.settings.DATABASE_URL ?? '' }, text)

async function givePassword(password: string): Promise<void> {
  await sql(`alter role ${role} password '${password}'`)
  await sql(`select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`)
}

const linesOf = (message: string): Record<string, unknown>[] =>
  server
    .log()
    .split('\n')
    .filter((line) => line.includes(message))
    .map((line) => JSON.parse(line))

it('logs the cause of each 503 until the password is accepted again [J4]', async () => {
  const cause = `password authentication failed for user "${role}"`
  await givePassword('two')
  // The first request may use a connection that was terminated.
  await server.get('/readyz')
  for (let asked = 0; asked < 3; asked += 1)
    await expectProblem(await server.get('/readyz'), 503, 'temporarily_unavailable')
  await expect.poll(() => linesOf('"operationId":"readReadiness"')).toHaveLength(4)
  expect(linesOf('"operationId":"readReadiness"').at(-1)).toMatchObject({
    level: 40,
    code: 'temporarily_unavailable',
    cause,
    status: 503,
  })

  await givePassword('one')
  await expect.poll(async () => (await server.get('/readyz')).status).toBe(200)
})
