import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { outageLog } from '../../src/serving/outage-log.ts'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { createLog } from '../../src/telemetry/log.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }))
afterEach(() => vi.useRealTimers())

function watchedLog() {
  const database = { isAvailable: false, isAccepting: true, pings: 0 }
  const lines: unknown[] = []
  const log = createLog(
    { logLevel: 'info' },
    { write: (line) => void lines.push(JSON.parse(line)) },
  )
  const report = outageLog({
    log,
    isAccepting: () => database.isAccepting,
    store: {
      host: () => 'db2:5432',
      async ping() {
        database.pings += 1
        if (!database.isAvailable) throw new StoreUnavailable('closed')
      },
    },
  })
  return { database, lines, fail: () => report(new StoreUnavailable('closed')) }
}

const begin = { level: 50, msg: 'the database is unavailable', cause: 'closed' }
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1000)

it('an outage is two lines, when it begins and when the database responds again, with its host [J4]', async () => {
  const { database, lines, fail } = watchedLog()
  for (const _time of [1, 2, 3]) {
    fail()
    await seconds(10)
  }
  expect(lines).toMatchObject([begin])
  database.isAvailable = true
  await seconds(1)
  const end = { level: 30, msg: 'the database is available again', seconds: 20, host: 'db2:5432' }
  expect(lines).toMatchObject([begin, end])
  await seconds(60)
  fail()
  expect(lines).toMatchObject([begin, end, begin])
})

it('an outage lasts while requests fail, although the database responds [J4]', async () => {
  const { database, lines, fail } = watchedLog()
  database.isAvailable = true
  for (let n = 0; n < 20; n += 1) {
    fail()
    await seconds(4)
  }
  expect(lines).toMatchObject([begin])
})

it('a server that stops does not watch for the end of an outage', async () => {
  const { database, lines, fail } = watchedLog()
  fail()
  database.isAccepting = false
  await seconds(60)
  expect(database.pings).toBe(0)
  expect(lines).toMatchObject([begin])
})
