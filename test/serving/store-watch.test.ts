import { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, it } from 'vitest'
import { type StoreWatch, watchStore } from '../../src/serving/store-watch.ts'
import { StoreUnavailable } from '../../src/store/unavailable.ts'
import { createLog } from '../../src/telemetry/log.ts'

let lines: Record<string, unknown>[]
let answers: boolean
let pings: number
let time: number
let watch: StoreWatch

beforeEach(() => {
  lines = []
  answers = true
  pings = 0
  time = 1_000_000
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      const { level, msg, cause } = JSON.parse(String(chunk))
      lines.push({ level, msg, ...(cause && { cause }) })
      done()
    },
  })
  const ping = async () => {
    pings += 1
    if (!answers) throw new StoreUnavailable('gone')
  }
  watch = watchStore({
    log: createLog({ logLevel: 'info' }, destination),
    now: () => time,
    store: { ping },
  })
})

const refuse = (why = 'gone') => watch.refused(new StoreUnavailable(new Error(why)))

/** A request comes, and what it has begun is over. */
async function request(): Promise<void> {
  const nothing = {} as Parameters<StoreWatch['ask']>[0] & Parameters<StoreWatch['ask']>[1]
  watch.ask(nothing, nothing, () => {})
  await setImmediate()
}

const away = (cause = 'gone') => ({ level: 50, msg: 'the store cannot be used', cause })
const back = { level: 30, msg: 'the store can be used again' }

describe('the log', () => {
  it('says why, when the first request is refused for the store, and not again for a minute', () => {
    refuse()
    refuse()
    time += 59_999
    refuse()
    expect(lines).toEqual([away()])
    time += 1
    refuse('still gone')
    refuse()
    expect(lines).toEqual([away(), away('still gone')])
  })

  it('says so after a clock was set back, too', () => {
    refuse()
    time -= 3_600_000
    refuse()
    expect(lines).toHaveLength(2)
  })

  it('says once that it is back, when a request has come', async () => {
    refuse()
    await request()
    await request()
    expect(lines).toEqual([away(), back])
  })

  it('says nothing of it while it does not answer', async () => {
    answers = false
    refuse()
    await request()
    expect(lines).toEqual([away()])
    answers = true
    await request()
    expect(lines).toEqual([away(), back])
  })
})

describe('the store', () => {
  it('is not asked while it is there', async () => {
    await request()
    expect(pings).toBe(0)
  })

  it('is asked once at a time while it is away', async () => {
    refuse()
    answers = false
    const both = [request(), request()]
    expect(pings).toBe(1)
    await Promise.all(both)
    await request()
    expect(pings).toBe(2)
  })
})
