/** Two servers on one database, as behind a load balancer: what is done through one holds at the next request to the other. */
import { onTestFinished } from 'vitest'
import { databaseOf } from './database.ts'
import { type TestServer, testServer } from './test-server.ts'

/** What both call themselves. */
export const sharedIssuer = 'https://id.example.com'

export interface Replicas {
  readonly first: TestServer
  readonly second: TestServer
  /** Moves both clocks. */
  advance(milliseconds: number): void
}

/** They stop when the test has ended. */
export async function replicas(given: Record<string, string> = {}): Promise<Replicas> {
  // Hashes that take their time: what comes to both at once is to meet.
  const settings = { ISSUER: sharedIssuer, BCRYPT_COST: '10', ...given }
  const first = await testServer({ settings })
  const second = await testServer({
    settings: { ...settings, ...databaseOf(first.services) },
    empty: true,
  })
  onTestFinished(async () => {
    await second.stop()
    await first.stop()
  })
  return {
    first,
    second,
    advance: (milliseconds) => {
      first.advance(milliseconds)
      second.advance(milliseconds)
    },
  }
}
