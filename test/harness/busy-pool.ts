/** A server whose hashing threads are all busy: requests that need a hash are rejected, all others are served. */
import { expect } from 'vitest'
import { addAccount } from './accounts.ts'
import { type TestServer, testServer } from './test-server.ts'

/** One thread, no queue, and johndoe with a budget large enough for many concurrent logins. */
export async function oneThreadServer(): Promise<TestServer> {
  const settings = { HASH_THREADS: '1', HASH_QUEUE: '0', LOGIN_MAX_FAILURES: '100' }
  const server = await testServer({ empty: true, settings })
  await addAccount(server, { username: 'johndoe', password: 'secret123' })
  return server
}

/** Fails if the thread was free before the work was done: the test would prove nothing. */
export async function whileHashing(server: TestServer, work: () => Promise<void>): Promise<void> {
  let hashing = true
  const hash = server.services.hashPool.run({ kind: 'hash', input: 'x', cost: 13 }).then(() => {
    hashing = false
  })
  await work()
  expect(hashing).toBe(true)
  await hash
}
