/** A server whose hashing threads are all busy: whatever needs a hash is refused, and nothing else. */
import { expect } from 'vitest'
import { addAccount } from './accounts.ts'
import { type TestServer, testServer } from './test-server.ts'

/** One thread, no queue, and johndoe, whose many logins at once must not count as too many guesses. */
export async function oneThreadServer(): Promise<TestServer> {
  const settings = { HASH_THREADS: '1', HASH_QUEUE: '0', LOGIN_MAX_FAILURES: '100' }
  const server = await testServer({ empty: true, settings })
  await addAccount(server, { username: 'johndoe', password: 'secret123' })
  return server
}

/** Fails where the thread was free before the work was done: then nothing has been shown. */
export async function whileHashing(server: TestServer, work: () => Promise<void>): Promise<void> {
  let hashing = true
  const hash = server.services.hashPool.run({ kind: 'hash', input: 'x', cost: 13 }).then(() => {
    hashing = false
  })
  await work()
  expect(hashing).toBe(true)
  await hash
}
