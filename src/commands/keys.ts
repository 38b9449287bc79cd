/** `tessera keys rotate|list|retire|export-hs256`: the keys that sign tokens. No server has to be restarted for any of them. */
import { type Config, InvalidSetting } from '../config.ts'
import { auditEvent } from '../security/audit.ts'
import {
  algorithmInUse,
  hs256Jwk,
  isRefused,
  lastTokenExpires,
  makeKey,
  requireSameSettings,
  signingKey,
} from '../security/signing-keys.ts'
import { hasSecret, secretOf, signingKeyOptions } from '../services.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'
import { CommandError } from './command-error.ts'
import { print, printJson, printJsonLine } from './output.ts'
import { withStore, withStoreThatIs } from './with-store.ts'

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
    if (keys.length > 0 && !hasSecret(config))
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
    const key = await makeKey(options, signsFrom)
    const event = auditEvent('command_line', 'key_rotated', { detail: key.kid }, Date.now())
    await store.signingKeys.add(key, retiresAt, event)
    await show(key, isAtOnce ? key : signing, json)
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
    const retired = (await store.signingKeys.list()).find((each) => each.kid === kid)
    if (json && retired) return await printJson(keyBody(retired, undefined))
    await print(`retired ${kid}\n`)
  })
}

export function listKeys(config: Config, json: boolean): Promise<void> {
  return withStoreThatIs(config, async (store) => {
    const keys = await store.signingKeys.list()
    const signing = keyInUse(keys, Date.now())
    if (json) return await printJson(keys.map((key) => keyBody(key, signing)))
    await print(keys.map((key) => lineOf(key, signing, Date.now())).join(''))
  })
}

async function show(key: SigningKeyRow, signing: SigningKeyRow | undefined, json: boolean) {
  await (json ? printJson(keyBody(key, signing)) : print(lineOf(key, signing, Date.now())))
}

/** All of it but the key itself. */
function keyBody(key: SigningKeyRow, signing: SigningKeyRow | undefined) {
  return {
    kid: key.kid,
    alg: key.alg,
    state: stateOf(key, signing, Date.now()),
    signs_from: time(key.signs_from),
    ...(key.retires_at !== null && { refused_from: time(key.retires_at) }),
  }
}

/** Prints the key with which services of one's own verify HS256 tokens, as a JWK (RFC 7517): whoever has it can make tokens. */
export function exportHs256(config: Config): Promise<void> {
  if (config.signingAlg !== 'HS256' || !hasSecret(config))
    throw new CommandError('set SIGNING_ALG=HS256 and SECRET_KEY as the server has them')
  return printJsonLine(hs256Jwk(secretOf(config)))
}

/** Whatever SIGNING_ALG is here: it may be another at the server. */
function keyInUse(keys: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return signingKey(keys, algorithmInUse(keys) ?? '', now)
}

function stateOf(key: SigningKeyRow, signing: SigningKeyRow | undefined, now: number): string {
  if (isRefused(key, now)) return 'refused'
  if (key.kid === signing?.kid) return 'signs'
  return key.signs_from > now ? 'published' : 'verifies'
}

function lineOf(key: SigningKeyRow, signing: SigningKeyRow | undefined, now: number): string {
  const from = key.signs_from > now ? `  signs from ${time(key.signs_from)}` : ''
  const until = key.retires_at === null ? '' : `  refused from ${time(key.retires_at)}`
  return `${key.kid}  ${key.alg}  ${stateOf(key, signing, now)}${from}${until}\n`
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
