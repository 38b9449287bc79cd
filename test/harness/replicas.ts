/** Starts two servers on one database, as behind a load balancer. */
import { onTestFinished } from 'vitest'
import { databaseOf } from './database.ts'
import { type TestServer, testServer } from './test-server.ts'

/** The issuer of both servers. */
export const sharedIssuer = 'https://id.example.com'

export interface Replicas {
  readonly first: TestServer
  readonly second: TestServer
  /** Moves both clocks. */
  advance(milliseconds: number): void
}

/** The servers are stopped after the test. */
export async function replicas(given: Record<string, string> = {}): Promise<Replicas> {
  // Slow hashes, so that concurrent requests overlap.
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
