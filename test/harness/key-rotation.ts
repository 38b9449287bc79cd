/** Rotates the signing key as `tessera keys rotate` does, by the clock of the test's server. */
import { generateSigningKey, lastTokenExpires } from '../../src/keys/signing-keys.ts'
import { secretOf, signingKeyOptions } from '../../src/services.ts'
import type { TestServer } from './test-server.ts'

export const sixMinutes = 6 * 60_000

/** Adds a key that signs after `ahead` milliseconds. Returns its id. */
export async function rotateKeys(
  { services: { config, store, now } }: TestServer,
  ahead = sixMinutes,
): Promise<string> {
  const signsFrom = now() + ahead
  const key = await generateSigningKey(signingKeyOptions(config, secretOf(config), now), signsFrom)
  await store.signingKeys.add(key, lastTokenExpires(config, signsFrom))
  return key.kid
}
