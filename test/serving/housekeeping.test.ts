import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { schedulePurges } from '../../src/serving/housekeeping.ts'
import { testServer } from '../harness/test-server.ts'

afterEach(() => vi.useRealTimers())

it('a purge begins every hour, unless the one before is still running [J11]', async () => {
  const server = await testServer()
  onTestFinished(() => server.stop())
  const { services } = server
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const hour = 3_600_000
  let begun = 0
  let end = () => {}
  const clock = () => {
    begun += 1
    return new Promise<undefined>((done) => {
      end = () => done(undefined)
    })
  }
  const stop = schedulePurges({ ...services, store: { ...services.store, clock } })
  expect(begun).toBe(1)
  vi.advanceTimersByTime(3 * hour)
  expect(begun).toBe(1)
  end()
  const begunAfterAnHour = () => {
    vi.advanceTimersByTime(hour)
    return begun
  }
  await expect.poll(begunAfterAnHour).toBe(2)
  stop()
  end()
  vi.advanceTimersByTime(3 * hour)
  expect(begun).toBe(2)
})
