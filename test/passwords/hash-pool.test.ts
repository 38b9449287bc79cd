import { setImmediate, setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { TooManyWaiting } from '../../src/passwords/admission.ts'
import { createHashPool } from '../../src/passwords/hash-pool.ts'

function keepBusy(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

const slow = { kind: 'hash', input: 'x', cost: 12 } as const
const quick = { kind: 'hash', input: 'x', cost: 4 } as const

describe('the hash pool', () => {
  it('hashes and verifies', async () => {
    const pool = createHashPool({ hashThreads: 1, hashQueue: 0, hashWaitMs: 60_000 })
    const hash = await pool.run(quick)
    expect(hash).toMatch(/^\$2b\$04\$/)
    expect(await pool.run({ kind: 'verify', input: 'x', hash, cost: 4 })).toBe(true)
    expect(await pool.run({ kind: 'verify', input: 'y', hash, cost: 4 })).toBe(false)
    await pool.close()
  })

  it('rejects tasks at once while the queue is full, and accepts more later', async () => {
    const pool = createHashPool({ hashThreads: 1, hashQueue: 2, hashWaitMs: 60_000 })
    const accepted = [pool.run(slow), pool.run(quick), pool.run(quick)]
    const refused = await Promise.allSettled([pool.run(quick), pool.run(quick)])
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(pool.run(quick)).rejects.toThrow(TooManyWaiting)
    expect(await Promise.all(accepted)).toHaveLength(3)
    expect(await pool.run(quick)).toMatch(/^\$2b\$/)
    await pool.close()
  })

  it('releases the thread of a failed task', async () => {
    const pool = createHashPool({ hashThreads: 1, hashQueue: 0, hashWaitMs: 60_000 })
    const impossible = JSON.parse('{ "kind": "hash", "input": null, "cost": 4 }')
    for (const _try of ['first', 'second', 'third']) {
      await expect(pool.run(impossible)).rejects.toThrow(/data and salt/)
    }
    await pool.close()
  })

  it('acquires no thread after an abort, and does not call beforeWaiting if the queue is full [H6]', async () => {
    const pool = createHashPool({ hashThreads: 1, hashQueue: 1, hashWaitMs: 60_000 })
    const held = await pool.acquireThread()
    const gone = new AbortController()
    const aborted = pool.acquireThread({
      signal: gone.signal,
      async beforeWaiting() {
        held[Symbol.dispose]()
        gone.abort(new Error('gone'))
        return { isKnown: false }
      },
    })
    await expect(aborted).rejects.toThrow('gone')
    using _free = await pool.acquireThread()
    const waiting = pool.acquireThread()
    await setImmediate()
    let isAsked = false
    const refused = pool.acquireThread({
      async beforeWaiting() {
        isAsked = true
        return { isKnown: false }
      },
    })
    await expect(refused).rejects.toThrow(TooManyWaiting)
    expect(isAsked).toBe(false)
    pool.rejectWaiting(new Error('away'))
    await expect(waiting).rejects.toThrow('away')
  })

  it('uses one thread fewer while the event loop is busy [H6]', async () => {
    const pool = createHashPool({ hashThreads: 2, hashQueue: 5, hashWaitMs: 60_000 })
    keepBusy(500)
    const first = await pool.acquireThread()
    let isServed = false
    const second = pool.acquireThread().then((thread) => {
      isServed = true
      return thread
    })
    await setImmediate()
    expect(isServed).toBe(false)
    await setTimeout(300)
    // The event loop is idle now: the next acquire or release may use both threads.
    const third = pool.acquireThread()
    const leave = (thread: Disposable) => thread[Symbol.dispose]()
    leave(await second)
    leave(await third)
    leave(first)
    await pool.close()
  })

  it('finishes accepted tasks before it closes', async () => {
    const pool = createHashPool({ hashThreads: 1, hashQueue: 5, hashWaitMs: 60_000 })
    const accepted = [pool.run(slow), pool.run(quick)]
    await pool.close()
    expect(await Promise.all(accepted)).toHaveLength(2)
  })
})
