import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createHashPool } from '../../src/passwords/hash-pool.ts'
import type { HashTask } from '../../src/passwords/hash-worker.ts'
import { createPasswords } from '../../src/passwords/passwords.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { tasksOf } from '../harness/hashes.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

const thread = new Worker(new URL('./rounds-thread.ts', import.meta.url), { execArgv: [] })
afterAll(() => thread.terminate())

const running: TestServer[] = []
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())))

async function serverWith(settings: Record<string, string>): Promise<TestServer> {
  const server = await testServer({ settings })
  running.push(server)
  return server
}

/** The rounds of each comparison in the tasks. */
async function roundsOf(tasks: readonly HashTask[]): Promise<number[]> {
  const response = once(thread, 'message')
  thread.postMessage(tasks)
  const [rounds] = await response
  return rounds
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0)

describe('POST /token', () => {
  it('costs the same work for every user and every mistake [H5, K77]', async () => {
    const server = await serverWith({ BCRYPT_COST: '10', LOGIN_MAX_FAILURES: '100' })
    const pool = createHashPool({ hashThreads: 1, hashQueue: 0, hashWaitMs: 60_000 })
    const older = await createPasswords(pool, { ...server.services.config, bcryptCost: 8 }).hash(
      defaultPassword,
    )
    await pool.close()
    await addAccount(server, { username: 'older', passwordHash: older })
    await addAccount(server, { username: 'no-scope', scopes: [] })
    await addAccount(server, { username: 'no-password', passwordHash: '' })
    const branches: [string, Record<string, string>, number][] = [
      ['right', {}, 200],
      ['wrong', { password: 'wrong' }, 401],
      ['unknown', { username: 'nobody' }, 401],
      ['without a password', { username: 'no-password' }, 401],
      ['disabled', { username: 'alice', password: 'password456' }, 400],
      ['disabled and wrong', { username: 'alice' }, 401],
      ['empty scope', { username: 'no-scope', password: defaultPassword }, 200],
      ['empty scope and wrong', { username: 'no-scope' }, 401],
      ['scope not allowed', { scope: 'root' }, 400],
      ['wrong, scope not allowed', { scope: 'root', password: 'wrong' }, 401],
    ]
    const tasks = tasksOf(server)
    for (const [branch, form, status] of branches) {
      tasks.length = 0
      expect({ branch, status: (await server.login(form)).status }).toEqual({ branch, status })
      expect({ branch, rounds: await roundsOf(tasks) }).toEqual({ branch, rounds: [2 ** 10] })
    }
    for (const [password, status] of [
      ['wrong', 401],
      [defaultPassword, 200],
    ] as const) {
      tasks.length = 0
      expect((await server.login({ username: 'older', password })).status).toBe(status)
      const rounds = await roundsOf(tasks)
      expect(rounds).toEqual([2 ** 8, 2 ** 8, 2 ** 9])
      expect(sum(rounds)).toBe(2 ** 10)
    }
  })

  it('is one Argon2id of the same parameters for every user and every mistake [H5, K55, K77]', async () => {
    const server = await serverWith({ PASSWORD_HASH: 'argon2id', LOGIN_MAX_FAILURES: '100' })
    await addAccount(server, { username: 'no-password', passwordHash: '' })
    const tasks = tasksOf(server)
    for (const [form, status] of [
      [{}, 200],
      [{ password: 'wrong' }, 401],
      [{ username: 'nobody' }, 401],
      [{ username: 'no-password' }, 401],
      [{ username: 'alice', password: 'password456' }, 400],
      [{ username: 'alice' }, 401],
    ] as const) {
      tasks.length = 0
      expect((await server.login(form)).status).toBe(status)
      expect(tasks).toEqual([
        {
          kind: 'verify',
          input: expect.stringMatching(/^[\w+/]{64}$/),
          hash: expect.stringMatching(
            /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
          ),
          cost: 0,
        },
      ])
    }
  })
})
