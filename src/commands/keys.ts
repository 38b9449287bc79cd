/** `tessera keys rotate|list|retire|export-hs256`: the keys that sign tokens. No server has to be restarted for any of them. */

import { auditEvent } from '../audit/audit.ts'
import { type Config, InvalidSetting } from '../config/config.ts'
import {
  generateSigningKey,
  hs256Jwk,
  isRetired,
  lastTokenExpires,
  requireSameSettings,
  signingKey,
  unreadableKeys,
} from '../keys/signing-keys.ts'
import { hasSecret, secretOf, signingKeyOptions } from '../services.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'
import type { Store } from '../store/store.ts'
import { CommandError } from './command-error.ts'
import { print, printJson, printJsonLine } from './output.ts'
import {
  keptKey,
  keyBody,
  keyInUse,
  lineOf,
  refusedKey,
  type ShownKey,
  sharedKeys,
  unusedKey,
} from './shown-key.ts'
import { withExistingStore, withStore } from './with-store.ts'

/** How long the others keep the JWKS (its max-age), and then some: a key signs once everybody can know it. In milliseconds. */
const publishedAhead = 6 * 60_000

export interface RotateOptions {
  readonly now: boolean
  readonly json: boolean
}

/**
 * Adds a key. It is published at once, and signs in six minutes, or at once with `now`; the one before it is refused when the last
 * of its tokens has expired.
 */
export function rotateKeys(config: Config, { now, json }: RotateOptions): Promise<void> {
  if (config.signingAlg === 'HS256')
    throw new CommandError('with HS256 the key comes from SECRET_KEY: change that')
  return withStore(config, async (store) => {
    const keys = await store.signingKeys.list()
    if (keys.some((key) => !isRetired(key, Date.now())) && !hasSecret(config))
      throw new InvalidSetting(
        'SECRET_KEY is not set: give that of the server, whose keys are here',
      )
    const options = signingKeyOptions(config, secretOf(config), Date.now)
    await requireSameSettings(keys, options)
    const signing = signingKey(keys, config.signingAlg, Date.now())
    // The first key of all has nobody to wait for.
    const isAtOnce = now || !signing
    const signsFrom = Date.now() + (isAtOnce ? 0 : publishedAhead)
    const retiresAt = lastTokenExpires(config, signsFrom)
    const key = await generateSigningKey(options, signsFrom)
    const event = auditEvent('command_line', 'key_rotated', { detail: key.kid }, Date.now())
    await store.signingKeys.add(key, retiresAt, event)
    const shown = keptKey(key, await store.signingKeys.list(), Date.now())
    await (json ? printJson(keyBody(shown)) : print(lineOf(shown)))
  })
}

/** The tokens that it signed are refused from the next request on: for a key that is known to others. */
export function retireKey(config: Config, kid: string, json: boolean): Promise<void> {
  return withStore(config, async (store) => {
    const now = Date.now()
    const keys = await store.signingKeys.list()
    const key = keys.find((each) => each.kid === kid)
    if (key && keyInUse(keys, now)?.kid === kid)
      throw new CommandError('this key signs: tessera keys rotate --now first')
    if (key?.retires_at === null)
      throw new CommandError('nothing follows this key: tessera keys rotate --now first')
    const event = auditEvent('command_line', 'key_retired', { detail: kid }, now)
    if (!(await store.signingKeys.retire(kid, now, event)))
      throw new CommandError(`there is no key ${kid}`)
    if (json && key) return await printJson(keyBody(refusedKey(key, now)))
    await print(`retired ${kid}\n`)
  })
}

/** Refuses the keys that this SECRET_KEY does not open, for one that is lost: the server makes a new one when it starts. */
export function retireUnreadableKeys(config: Config, json: boolean): Promise<void> {
  return withExistingStore(config, async (store) => {
    if (!hasSecret(config))
      throw new InvalidSetting(
        'SECRET_KEY is not set: give that of the server; where it is lost, and there is no other yet, tessera keys retire --all',
      )
    const keys = await acceptedKeys(store)
    const options = signingKeyOptions(config, secretOf(config), Date.now)
    const unreadable = await retire(store, await unreadableKeys(keys, options), json)
    if (unreadable === 0 && !json) await print('all keys can be read: none is retired\n')
  })
}

/** Refuses whatever was signed: the server makes a new key when it starts. */
export function retireAllKeys(config: Config, json: boolean): Promise<void> {
  return withExistingStore(config, async (store) => {
    const retired = await retire(store, await acceptedKeys(store), json)
    if (retired === 0 && !json) await print('there are no keys to retire\n')
  })
}

async function acceptedKeys({ signingKeys }: Store): Promise<SigningKeyRow[]> {
  const now = Date.now()
  return (await signingKeys.list()).filter((key) => !isRetired(key, now))
}

/** How many. */
async function retire(
  { signingKeys }: Store,
  keys: readonly SigningKeyRow[],
  json: boolean,
): Promise<number> {
  const now = Date.now()
  for (const { kid } of keys) {
    const event = auditEvent('command_line', 'key_retired', { detail: kid }, now)
    await signingKeys.retire(kid, now, event)
  }
  await (json
    ? printJson(keys.map((key) => keyBody(refusedKey(key, now))))
    : print(keys.map(({ kid }) => `retired ${kid}\n`).join('')))
  return keys.length
}

export function listKeys(config: Config, json: boolean): Promise<void> {
  return withExistingStore(config, async (store) => {
    const keys = shownKeys(config, await store.signingKeys.list(), Date.now())
    if (json) return await printJson(keys.map(keyBody))
    await print(keys.map(lineOf).join('') || noKeys)
  })
}

function shownKeys(config: Config, rows: readonly SigningKeyRow[], now: number): ShownKey[] {
  if (config.signingAlg !== 'HS256') return rows.map((row) => keptKey(row, rows, now))
  requireShared(config)
  const shared = sharedKeys(secretOf(config), config.secretKeyPrevious)
  return [...shared, ...rows.map((row) => unusedKey(row, now))]
}

const noKeys =
  'no keys: a server makes the first when it starts, and keeps none with SIGNING_ALG=HS256\n'

/** Prints the key with which services of one's own verify HS256 tokens, as a JWK (RFC 7517): whoever has it can make tokens. */
export function exportHs256(config: Config): Promise<void> {
  requireShared(config)
  return printJsonLine(hs256Jwk(secretOf(config)))
}

function requireShared(config: Config): void {
  if (config.signingAlg !== 'HS256' || !hasSecret(config))
    throw new CommandError('set SIGNING_ALG=HS256 and SECRET_KEY as the server has them')
}
