/** `tessera keys rotate|list|retire|export-hs256`: the keys that sign tokens. No server has to be restarted for any of them. */
import type { Config } from '../config.ts'
import { hs256Jwk, makeKey } from '../security/signing-keys.ts'
import { secretOf, signingKeyOptions } from '../services.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'
import { CommandError } from './command-error.ts'
import { withStore } from './with-store.ts'

/** How long the others keep the JWKS (its max-age), and then some: a key signs once everybody can know it. In milliseconds. */
const publishedAhead = 6 * 60_000

/**
 * Adds a key. It is published at once, and signs in six minutes, or at once with `now`; the one before it is refused when the last
 * of its tokens has expired.
 */
export function rotateKeys(config: Config, { now }: { now: boolean }): Promise<void> {
  if (config.signingAlg === 'HS256')
    throw new CommandError('with HS256 the key comes from SECRET_KEY: change that')
  return withStore(config, async (store) => {
    const signing = signingKey(await store.signingKeys.list(), config, Date.now())
    // The first key of all has nobody to wait for.
    const isAtOnce = now || !signing
    const signsFrom = Date.now() + (isAtOnce ? 0 : publishedAhead)
    // A minute for clocks that differ.
    const retiresAt = signsFrom + config.accessTokenSeconds * 1000 + 60_000
    const key = await makeKey(signingKeyOptions(config, secretOf(config), Date.now), signsFrom)
    await store.signingKeys.add(key, retiresAt)
    process.stdout.write(lineOf(key, isAtOnce ? key : signing, Date.now()))
  })
}

/** The tokens that it signed are refused from the next request on: for a key that is known to others. */
export function retireKey(config: Config, kid: string): Promise<void> {
  return withStore(config, async (store) => {
    const now = Date.now()
    const signing = signingKey(await store.signingKeys.list(), config, now)
    if (signing?.kid === kid) {
      throw new CommandError('this key signs: tessera keys rotate --now first')
    }
    if (!(await store.signingKeys.retire(kid, now)))
      throw new CommandError(`there is no key ${kid}`)
    process.stdout.write(`retired ${kid}\n`)
  })
}

export function listKeys(config: Config): Promise<void> {
  return withStore(config, async (store) => {
    const now = Date.now()
    const keys = await store.signingKeys.list()
    const signing = signingKey(keys, config, now)
    process.stdout.write(keys.map((key) => lineOf(key, signing, now)).join(''))
  })
}

/** Prints the key with which services of one's own verify HS256 tokens, as a JWK (RFC 7517): whoever has it can make tokens. */
export function exportHs256(config: Config): void {
  process.stdout.write(`${JSON.stringify(hs256Jwk(secretOf(config)))}\n`)
}

/** As `SigningKeys.current()` picks it: the newest whose time has come. */
function signingKey(keys: readonly SigningKeyRow[], { signingAlg }: Config, now: number) {
  return keys.find((key) => key.alg === signingAlg && key.signs_from <= now && !isRefused(key, now))
}

function isRefused({ retires_at }: SigningKeyRow, now: number): boolean {
  return retires_at !== null && retires_at <= now
}

function stateOf(key: SigningKeyRow, signing: SigningKeyRow | undefined, now: number): string {
  if (isRefused(key, now)) return 'refused'
  if (key.signs_from > now) return 'published'
  return key.kid === signing?.kid ? 'signs' : 'verifies'
}

function lineOf(key: SigningKeyRow, signing: SigningKeyRow | undefined, now: number): string {
  const from = key.signs_from > now ? `  signs from ${time(key.signs_from)}` : ''
  const until = key.retires_at === null ? '' : `  refused from ${time(key.retires_at)}`
  return `${key.kid}  ${key.alg}  ${stateOf(key, signing, now)}${from}${until}\n`
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
