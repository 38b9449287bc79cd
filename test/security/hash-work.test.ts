import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHashPool } from '../../src/security/hash-pool.ts'
import { type HashTask, work } from '../../src/security/hash-worker.ts'
import { createPasswords } from '../../src/security/passwords.ts'
import { addAccount, usualPassword } from '../harness/accounts.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

/** bcrypt itself, which writes down what each of its comparisons costs: 2 to the power of the cost, in rounds. */
const compared = await vi.hoisted(async (): Promise<number[]> => {
  const { createRequire } = await import('node:module')
  const rounds: number[] = []
  // Before anything imports it: a CommonJS module is what its exports are at that moment.
  const bcrypt = createRequire(import.meta.url)('bcrypt')
  const { compareSync, getRounds } = bcrypt
  bcrypt.compareSync = (input: string, hash: string) => {
    rounds.push(2 ** getRounds(hash))
    return compareSync(input, hash)
  }
  return rounds
})

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverWith(settings: Record<string, string>): Promise<TestServer> {
  const server = await testServer({ settings })
  running.push(server)
  return server
}

/** All that the threads are given from now on. */
function tasksOf({ services: { hashPool } }: TestServer): HashTask[] {
  const tasks: HashTask[] = []
  const { run } = hashPool
  hashPool.run = (task, signal) => {
    tasks.push(task)
    return run(task, signal)
  }
  return tasks
}

/** The rounds of each comparison that the tasks cost. */
function roundsOf(tasks: readonly HashTask[]): number[] {
  compared.length = 0
  for (const task of tasks) work(task)
  return [...compared]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

describe('POST /token', () => {
  it('H5 costs the same work, whoever asks and whatever is wrong', async () => {
    const server = await serverWith({ BCRYPT_COST: '12', LOGIN_MAX_FAILURES: '100' })
    const pool = createHashPool({ hashThreads: 1, hashQueue: 0 })
    const older = await createPasswords(pool, { ...server.services.config, bcryptCost: 10 }).hash(
      usualPassword,
    )
    await pool.close()
    await addAccount(server, { username: 'older', passwordHash: older })
    await addAccount(server, { username: 'no-scope', scopes: [] })
    const branches: [string, Record<string, string>, number][] = [
      ['right', {}, 200],
      ['wrong', { password: 'wrong' }, 401],
      ['unknown', { username: 'nobody' }, 401],
      ['disabled', { username: 'alice', password: 'password456' }, 400],
      ['disabled and wrong', { username: 'alice' }, 401],
      ['empty scope', { username: 'no-scope', password: usualPassword }, 200],
      ['empty scope and wrong', { username: 'no-scope' }, 401],
      ['scope not held', { scope: 'root' }, 400],
      ['wrong, scope not held', { scope: 'root', password: 'wrong' }, 401],
    ]
    const tasks = tasksOf(server)
    for (const [branch, form, status] of branches) {
      tasks.length = 0
      expect({ branch, status: (await server.login(form)).status }).toEqual({ branch, status })
      expect({ branch, rounds: roundsOf(tasks) }).toEqual({ branch, rounds: [2 ** 12] })
    }
    for (const [password, status] of [
      ['wrong', 401],
      [usualPassword, 200],
    ] as const) {
      tasks.length = 0
      expect((await server.login({ username: 'older', password })).status).toBe(status)
      const rounds = roundsOf(tasks)
      expect(rounds).toEqual([2 ** 10, 2 ** 10, 2 ** 11])
      expect(sum(rounds)).toBe(2 ** 12)
    }
  })
})
