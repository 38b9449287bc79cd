import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailable } from '../../src/store/errors.ts'
import { createTurns } from '../../src/store/turns.ts'
import { ask, isPostgres, whileLocked } from '../harness/database.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

describe('what takes turns', () => {
  it('runs twice at a time, in the order of arrival, and other keys are not delayed [J14]', async () => {
    const inTurn = createTurns()
    const begun: number[] = []
    const end = new Map<number, () => void>()
    const all = numbers(5).map((n) =>
      inTurn('a', () => {
        begun.push(n)
        return new Promise<void>((resolve) => end.set(n, resolve))
      }),
    )
    expect(await inTurn('b', async () => 'other')).toBe('other')
    expect(begun).toEqual([0, 1])
    for (const n of numbers(5)) {
      await expect.poll(() => end.has(n)).toBe(true)
      expect(begun.length).toBeLessThanOrEqual(n + 2)
      end.get(n)?.()
    }
    await Promise.all(all)
    expect(begun).toEqual(numbers(5))
  })

  it('fails if it waits too long; who fails leaves the turn to the next [J14]', async () => {
    const inTurn = createTurns(50)
    const held = Promise.withResolvers<void>()
    const holders = [1, 2].map(() => inTurn('a', () => held.promise))
    await expect(inTurn('a', async () => 'late')).rejects.toBeInstanceOf(StoreUnavailable)
    held.reject(new Error('failed'))
    for (const holder of holders) await expect(holder).rejects.toThrow('failed')
    expect(await inTurn('a', async () => 'next')).toBe('next')
  })
})

describe.runIf(isPostgres)('while the row of an account is locked', () => {
  type Change = readonly [
    what: string,
    many: (user: Awaited<ReturnType<typeof testUser>>, n: number) => Promise<Response>,
  ]
  const changes: Change[] = [
    ['60 items', ({ call }, n) => call('POST', '/users/me/items', { item_id: `i${n}` })],
    ['60 profiles', ({ call }, n) => call('PATCH', '/users/me', { full_name: `n${n}` })],
  ]

  it.each(changes)(
    'its %s at once leave connections to the writes of others [J14]',
    async (_what, many) => {
      const server = await testServer()
      onTestFinished(() => server.stop())
      const [one, other] = [await testUser(server), await testUser(server)]
      const { database } = server.services.config
      const row = `users where username = '${one.username}'`
      const burst = await whileLocked(database, row, async () => {
        const statuses = numbers(60).map(async (n) => (await many(one, n)).status)
        await expect.poll(() => waiting(server)).toBeGreaterThan(1)
        for (const n of numbers(5))
          expect((await other.call('POST', '/users/me/items', { item_id: `o${n}` })).status).toBe(
            201,
          )
        expect(await waiting(server)).toBeLessThanOrEqual(2)
        return statuses
      })
      for (const status of await Promise.all(burst)) expect([200, 201, 503]).toContain(status)
    },
  )

  it('own transactions with its turn leave connections to the writes of others [N7]', async () => {
    const server = await testServer()
    onTestFinished(() => server.stop())
    const [one, other] = [await testUser(server), await testUser(server)]
    const { store, config } = server.services
    const row = `users where username = '${one.username}'`
    const burst = await whileLocked(config.database, row, async () => {
      const changes = numbers(60).map(() =>
        store
          .transaction(
            (tx) =>
              tx
                .updateTable('users')
                .set({ full_name: 'one' })
                .where('user_id', '=', one.userId)
                .execute(),
            one.userId,
          )
          .catch((error) => error),
      )
      await expect.poll(() => waiting(server)).toBeGreaterThan(1)
      await pause(500)
      expect(await waiting(server)).toBeLessThanOrEqual(2)
      for (const n of numbers(5))
        expect((await other.call('POST', '/users/me/items', { item_id: `o${n}` })).status).toBe(201)
      return changes
    })
    for (const outcome of await Promise.all(burst))
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(StoreUnavailable)
  })

  async function waiting({ services }: TestServer): Promise<number> {
    await pause(10)
    const locks = await ask(
      services.config.database,
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    )
    return locks.length
  }
})
