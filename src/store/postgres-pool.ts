/** At most `max` connections to PostgreSQL: each that is not idle holds a place until it has ended, also if nobody waits for its answer any more. */
import { setTimeout as pause } from 'node:timers/promises'
import type { QueryConfig, QueryResult } from 'pg'
import { StoreUnavailable } from './errors.ts'
import { createPlaces, type Use } from './places.ts'
import type { Attempt, Connected } from './postgres-connect.ts'
import { isReadOnly, storeError } from './postgres-errors.ts'
import { findProcesses } from './postgres-process.ts'

export type Pool = ReturnType<typeof createPool>

export interface PooledConnection {
  /**
   * Throws a `StoreUnavailable` if the answer takes too long. PostgreSQL is then asked to end a statement that `mayBeCanceled`:
   * canceling a commit that waits for a standby would commit it without the standby.
   */
  query(query: QueryConfig, mayBeCanceled: boolean): Promise<QueryResult>
  /** Gives it back: to be used again, or to be closed, at the latest after an answer that took too long. */
  release(isUsable: boolean): void
}

export interface PoolOptions {
  readonly max: number
  readonly maxWrites: number
  /** How long `take` waits. */
  readonly waitMs: number
  /** How long `query` waits; undefined if without limit. */
  readonly answerMs: number | undefined
}

/** A connection that holds a place until it has ended, or an attempt to connect that nobody waits for. */
interface Leaving {
  readonly connected?: Connected
  close(): void
}

type Free = () => void

const maxIdleMs = 60_000
const maxEndMs = 2_000
const pauseMs = 1_000

export function createPool(connect: () => Attempt, options: PoolOptions) {
  const { waitMs, answerMs } = options
  const places = createPlaces(options.max, options.maxWrites, waitMs)
  const open = new Set<Connected>()
  const replaced = new WeakSet<Connected>()
  const leaving = new Set<Leaving>()
  const idle: { readonly connected: Connected; readonly since: number }[] = []
  let [isEnding, isChecking] = [false, false]
  let host: string | undefined
  let replacedAt = Number.NEGATIVE_INFINITY

  const closeIdle = (before = Number.POSITIVE_INFINITY) => {
    while (idle[0] && idle[0].since < before) {
      const [oldest] = idle.splice(0, 1)
      // Idle connections and places in use are never more than `max`: a place is free.
      if (oldest) close(oldest.connected, places.takeFree('read'))
    }
  }
  const sweep = setInterval(() => closeIdle(performance.now() - maxIdleMs), maxIdleMs / 6).unref()

  function track(connected: Connected): void {
    open.add(connected)
    host = connected.host
    connected.client.once('end', () => {
      open.delete(connected)
      const at = idle.findIndex((each) => each.connected === connected)
      if (at !== -1) idle.splice(at, 1)
    })
  }

  function close(connected: Connected, free?: Free, answer?: Promise<unknown>): void {
    const { client, destroy } = connected
    const left: Leaving = { connected, close: destroy }
    leaving.add(left)
    const answered = Promise.resolve(answer).catch(() => {})
    void answered
      .then(() => client.end())
      .then(() => {
        leaving.delete(left)
        free?.()
      })
  }

  function lend(connected: Connected, free: Free): PooledConnection {
    let late: Promise<unknown> | undefined
    return {
      async query(query, mayBeCanceled) {
        const answer = connected.client.query(query)
        const onLate = () => {
          late = answer
          if (mayBeCanceled) void connected.cancel()
        }
        try {
          return answerMs === undefined
            ? await answer
            : await within(answerMs, answer, `no answer within ${answerMs} ms`, onLate)
        } catch (error) {
          if (isReadOnly(error)) replaceAll()
          throw error
        }
      },
      release(isUsable) {
        // A request to cancel that arrives late would end the next statement.
        const isReusable = isUsable && !late && !isEnding && !replaced.has(connected)
        if (!isReusable || !open.has(connected)) return close(connected, free, late)
        idle.push({ connected, since: performance.now() })
        free()
      },
    }
  }

  /** At most once a second: another connection may say the same a moment later. */
  function replaceAll(): void {
    if (performance.now() - replacedAt < pauseMs) return
    replacedAt = performance.now()
    for (const each of open) replaced.add(each)
    closeIdle()
  }

  /** An attempt that takes too long goes on, and keeps its place: a process may already serve it. */
  async function dial(maxMs: number, free: Free, isKept = true): Promise<PooledConnection> {
    const attempt = connect()
    const left: Leaving = { close: attempt.abandon }
    const dialing = attempt.connected.then(
      (connected) => {
        const isLate = leaving.delete(left)
        track(connected)
        const connection = lend(connected, free)
        if (isLate) connection.release(isKept)
        return connection
      },
      (error) => {
        leaving.delete(left)
        free()
        throw storeError(error)
      },
    )
    return await within(maxMs, dialing, `no connection within ${waitMs} ms`, () =>
      leaving.add(left),
    )
  }

  /** Frees the places of connections that have died unnoticed. If no place is free, it asks on one connection more. */
  async function closeDead(): Promise<void> {
    if (isChecking || leaving.size === 0) return
    isChecking = true
    const before = [...leaving]
    const place = places.takeFree('read')
    const more = Promise.withResolvers<void>()
    try {
      const ready = place && idle.pop()
      const connection = ready
        ? lend(ready.connected, place)
        : await dial(waitMs, place ?? more.resolve, place !== undefined)
      const givenUp = before.flatMap(({ connected }) => connected?.process ?? [])
      const processes = await findProcesses(connection, givenUp).finally(() =>
        connection.release(place !== undefined),
      )
      // PostgreSQL cannot tell what a pooler does: that is dead if nothing else works.
      const isDead = ({ process }: Connected) => (process ? !processes.has(process) : !place)
      for (const { connected, close } of before) if (!connected || isDead(connected)) close()
    } catch {
      // The database does not answer: the places stay taken.
    }
    const pauses = [pause(pauseMs, undefined, { ref: false }), ...(place ? [] : [more.promise])]
    await Promise.race([Promise.all(pauses), pause(maxIdleMs, undefined, { ref: false })])
    isChecking = false
  }

  return {
    /** Throws a `StoreUnavailable` if no place is free, or connecting takes too long. */
    async take(use: Use): Promise<PooledConnection> {
      if (isEnding) throw unavailable('the store is closed')
      const start = performance.now()
      const free = await places.take(use).catch((error) => {
        void closeDead()
        throw error
      })
      const ready = idle.pop()
      if (ready) return lend(ready.connected, free)
      return await dial(waitMs - (performance.now() - start), free)
    },
    /** Closes all connections, because the server has become a standby: those in use when they are given back. */
    replaceAll,
    async end(): Promise<void> {
      if (isEnding) return
      isEnding = true
      clearInterval(sweep)
      closeIdle()
      const ends = [...open].map(
        ({ client }) => new Promise<void>((end) => client.once('end', end)),
      )
      await Promise.race([Promise.all(ends), pause(maxEndMs, undefined, { ref: false })])
      for (const each of leaving) each.close()
      for (const each of open) each.destroy()
    },
    /** The host and port of the last connection. */
    host: () => host,
  }
}

async function within<Answer>(
  ms: number,
  answer: Promise<Answer>,
  reason: string,
  onLate: () => void,
): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      onLate()
      reject(unavailable(reason))
    }, ms)
  })
  try {
    return await Promise.race([answer, limit])
  } finally {
    clearTimeout(timer)
  }
}

function unavailable(reason: string): StoreUnavailable {
  return new StoreUnavailable(new Error(reason))
}
