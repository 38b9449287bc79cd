/** What happens to an account while a request of its owner is answered. */
import type { TestServer } from './test-server.ts'

/** The change comes when the next password has been hashed, and the account has not been read again. */
export function afterHashing(
  { services: { hashPool } }: Pick<TestServer, 'services'>,
  change: () => Promise<unknown>,
): void {
  const { run } = hashPool
  hashPool.run = async (...task) => {
    hashPool.run = run
    const result = await run(...task)
    await change()
    return result
  }
}
