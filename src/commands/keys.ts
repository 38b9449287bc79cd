/** `tessera keys rotate|list|retire|export-hs256`: manages the signing keys. Running servers apply every change. */
import { commandEvent } from '../audit/audit.ts'
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
import {
  type KeyView,
  keyInUse,
  lineOf,
  refusedKey,
  sharedKey,
  storedKey,
  unusedKey,
} from './key-view.ts'
import type { JsonOption } from './options.ts'
import { printJsonLine, printResult } from './output.ts'
import { type Setup, withExistingStore, withStore } from './with-store.ts'

/** In milliseconds: longer than the max-age of the JWKS, so that every cache has a key before it signs. */
const publishLeadMs = 6 * 60_000

export interface RotateOptions extends JsonOption {
  readonly now?: boolean
}

/**
 * Adds a key. It is published at once and signs after six minutes, or at once with `now`. The previous key is rejected when the last
 * of its tokens has expired.
 */
export function rotateKeys(setup: Setup, { now, json }: RotateOptions): Promise<void> {
  const { config } = setup
  if (config.signingAlg === 'HS256')
    throw new CommandError('HS256 derives its key from SECRET_KEY: change SECRET_KEY')
  return withStore(setup, async (store) => {
    const keys = await store.signingKeys.list()
    if (keys.some((key) => !isRetired(key, Date.now())) && !hasSecret(config))
      throw new InvalidSetting(
        'SECRET_KEY is not set: set the SECRET_KEY of the server, which encrypts its keys',
      )
    const options = signingKeyOptions(config, secretOf(config), Date.now)
    await requireSameSettings(keys, options)
    const signing = signingKey(keys, config.signingAlg, Date.now())
    // The first key need not wait: nothing has cached the JWKS.
    const signsAtOnce = now || !signing
    const signsFrom = Date.now() + (signsAtOnce ? 0 : publishLeadMs)
    const retiresAt = lastTokenExpires(config, signsFrom)
    const key = await generateSigningKey(options, signsFrom)
    const event = commandEvent('key_rotated', { detail: key.kid })
    await store.signingKeys.add(key, retiresAt, event)
    const shown = storedKey(key, await store.signingKeys.list(), Date.now())
    await printResult(json, shown, lineOf(shown))
  })
}

/** Tokens of the key are rejected from the next request on. For a compromised key. */
export function retireKey(setup: Setup, kid: string, json: boolean): Promise<void> {
  const { name } = setup.product
  return withStore(setup, async (store) => {
    const now = Date.now()
    const keys = await store.signingKeys.list()
    const key = keys.find((each) => each.kid === kid)
    if (key && keyInUse(keys, now)?.kid === kid)
      throw new CommandError(`this key signs new tokens: run ${name} keys rotate --now first`)
    if (key?.retires_at === null)
      throw new CommandError(`this key has no successor: run ${name} keys rotate --now first`)
    const event = commandEvent('key_retired', { detail: kid })
    if (!(await store.signingKeys.retire(kid, now, event)))
      throw new CommandError(`unknown key ${kid}`)
    await printResult(json, key && refusedKey(key, now), `retired ${kid}\n`)
  })
}

/** Retires the keys that SECRET_KEY does not decrypt, after the previous one was lost. The server creates a new key when it starts. */
export function retireUnreadableKeys(setup: Setup, json: boolean): Promise<void> {
  const { config, product } = setup
  return withExistingStore(setup, async (store) => {
    if (!hasSecret(config))
      throw new InvalidSetting(
        `SECRET_KEY is not set: set the new SECRET_KEY of the server; if there is none yet, run ${product.name} keys retire --all`,
      )
    const keys = await acceptedKeys(store)
    const options = signingKeyOptions(config, secretOf(config), Date.now)
    const unreadable = await unreadableKeys(keys, options)
    await retire(store, unreadable, json, 'SECRET_KEY decrypts all keys: none retired\n')
  })
}

/** Rejects all tokens. The server creates a new key when it starts. */
export function retireAllKeys(setup: Setup, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    await retire(store, await acceptedKeys(store), json, 'no keys to retire\n')
  })
}

async function acceptedKeys({ signingKeys }: Store): Promise<SigningKeyRow[]> {
  const now = Date.now()
  return (await signingKeys.list()).filter((key) => !isRetired(key, now))
}

/** `none` is the text if there are no keys. */
async function retire(
  { signingKeys }: Store,
  keys: readonly SigningKeyRow[],
  json: boolean,
  none: string,
): Promise<void> {
  const now = Date.now()
  for (const { kid } of keys)
    await signingKeys.retire(kid, now, commandEvent('key_retired', { detail: kid }))
  const retired = keys.map((key) => refusedKey(key, now))
  const lines = keys.map(({ kid }) => `retired ${kid}\n`).join('')
  await printResult(json, retired, lines || none)
}

export function listKeys(setup: Setup, json: boolean): Promise<void> {
  return withExistingStore(setup, async (store) => {
    const keys = keyViews(setup.config, await store.signingKeys.list(), Date.now())
    await printResult(json, keys, keys.map(lineOf).join('') || noKeys)
  })
}

function keyViews(config: Config, rows: readonly SigningKeyRow[], now: number): KeyView[] {
  if (config.signingAlg !== 'HS256') return rows.map((row) => storedKey(row, rows, now))
  requireHs256(config)
  const { secretKeyPrevious: previous } = config
  return [
    sharedKey(secretOf(config), 'signs'),
    ...(previous === undefined ? [] : [sharedKey(previous, 'verifies')]),
    ...rows.map((row) => unusedKey(row, now)),
  ]
}

const noKeys =
  'no keys: the server creates the first one when it starts; with SIGNING_ALG=HS256 it stores none\n'

/** Prints the HS256 key as a JWK (RFC 7517), for trusted services that verify tokens: it can also sign them. */
export function exportHs256(config: Config): Promise<void> {
  requireHs256(config)
  return printJsonLine(hs256Jwk(secretOf(config)))
}

function requireHs256(config: Config): void {
  if (config.signingAlg !== 'HS256' || !hasSecret(config))
    throw new CommandError('set SIGNING_ALG=HS256 and the SECRET_KEY of the server')
}
