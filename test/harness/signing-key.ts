/** Adds the signing key that a server would generate at its first start: 0.1 s of work, done once for all servers of a run. */
import { openSigningKeys } from '../../src/keys/signing-keys.ts'
import type { Store } from '../../src/store/store.ts'

/** The SECRET_KEY of servers on PostgreSQL. */
export const postgresSecret = 'a secret of the tests, thirty-two bytes and more'

export async function addSigningKey({ signingKeys }: Store, secret: string): Promise<void> {
  const options = { alg: 'RS256', accessTokenSeconds: 1800, secret, now: Date.now } as const
  await openSigningKeys(signingKeys, options)
}
