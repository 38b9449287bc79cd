/** A server with a wrong clock: PostgreSQL has a clock to compare it with, SQLite has not. */

import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { productOf } from '../../src/create-server.ts'
import { tessera } from '../../src/main.ts'
import { purgeExpired } from '../../src/serving/housekeeping.ts'
import { startServer } from '../../src/serving/server.ts'
import { databaseOf, isPostgres } from '../harness/database.ts'
import { nextListening } from '../harness/http-events.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const second = 1_000
const day = 86_400 * second

async function started(): Promise<TestServer> {
  const server = await testServer()
  onTestFinished(() => server.stop())
  return server
}

const eventsOf = async ({ services }: TestServer) =>
  (await services.store.auditEvents.list({ limit: 10 })).length

describe('housekeeping', () => {
  it.each([400 * day, -400 * day])(
    'deletes nothing and logs an error if the clocks differ by %d ms',
    async (apart) => {
      const server = await started()
      await server.token()
      const before = await eventsOf(server)
      expect(before).toBeGreaterThan(0)
      server.advance(apart)
      await purgeExpired(server.services)
      const isGone = !isPostgres && apart > 0
      expect(await eventsOf(server)).toBe(isGone ? 0 : before)
      const lines = server.log().match(/^.*the clocks differ: .*$/gm) ?? []
      expect(lines.length).toBe(isPostgres ? 1 : 0)
      const [line] = lines
      if (line) expect(JSON.parse(line)).toMatchObject({ server: aTime, database: aTime })
    },
  )

  it('deletes expired rows if the clocks differ by less than a minute', async () => {
    const server = await started()
    const { attempts } = server.services.store
    await attempts.take({ key: 'k', limit: 1 }, server.services.now(), 1)
    server.advance(50 * second)
    await purgeExpired(server.services)
    server.advance(-50 * second)
    expect(server.log()).not.toContain('the clocks differ')
    const again = await attempts.take({ key: 'k', limit: 1 }, 0, 1)
    expect(again).toBeUndefined()
  })
})

const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)

describe('a server that starts', () => {
  it.runIf(isPostgres).each([
    [90 * second, /is (89|90|91) seconds ahead of the clock of the database/],
    [-90 * second, /is (89|90|91) seconds behind the clock of the database/],
  ])('fails and leaves no port open if the clocks differ by %d ms', async (apart, words) => {
    const server = await started()
    await server.token()
    const before = await eventsOf(server)
    const config = readConfig({
      ...databaseOf(server.services),
      ISSUER: server.url,
      PORT: '0',
      LOG_LEVEL: 'silent',
    })
    const listening = nextListening()
    const wrong = startServer({
      config,
      product: productOf(tessera),
      now: () => Date.now() + apart,
    })
    await expect(wrong).rejects.toMatchObject({
      name: 'InvalidSetting',
      message: expect.stringMatching(words),
    })
    expect((await listening).listening).toBe(false)
    expect(await eventsOf(server)).toBe(before)
  })
})
