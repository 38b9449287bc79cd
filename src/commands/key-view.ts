/** What `tessera keys` prints of a key, as a line and as JSON: its metadata and its state. */
import { algorithmInUse, hs256Jwk, isRetired, signingKey } from '../keys/signing-keys.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'

/** The key that signs. Independent of SIGNING_ALG here, which may differ from the server's. */
export function keyInUse(keys: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return signingKey(keys, algorithmInUse(keys) ?? '', now)
}

/** A key without its key material, as JSON has it. */
export interface KeyView {
  readonly kid: string
  readonly alg: string
  readonly state: 'signs' | 'published' | 'verifies' | 'refused' | 'unused'
  readonly signs_from?: string
  readonly refused_from?: string
}

/** A key of the store, with its state among `rows`. A published key never signs if a later key signs first. */
export function storedKey(
  row: SigningKeyRow,
  rows: readonly SigningKeyRow[],
  now: number,
): KeyView {
  const signsAt = (time: number) => keyInUse(rows, time)?.kid === row.kid
  if (isRetired(row, now)) return shown(row, 'refused')
  if (signsAt(now)) return shown(row, 'signs')
  return shown(row, row.signs_from > now && signsAt(row.signs_from) ? 'published' : 'verifies')
}

/** With HS256, the server does not use the keys of the store. */
export function unusedKey(row: SigningKeyRow, now: number): KeyView {
  return shown(row, isRetired(row, now) ? 'refused' : 'unused')
}

/** With HS256: the key of SECRET_KEY, or of SECRET_KEY_PREVIOUS. */
export function sharedKey(secret: string, state: 'signs' | 'verifies'): KeyView {
  const { kid, alg } = hs256Jwk(secret)
  return { kid, alg, state }
}

/** A key that was retired at `now`. */
export function refusedKey(row: SigningKeyRow, now: number): KeyView {
  return shown({ ...row, retires_at: now }, 'refused')
}

function shown(
  { kid, alg, signs_from, retires_at }: SigningKeyRow,
  state: KeyView['state'],
): KeyView {
  const refused = retires_at !== null && { refused_from: time(retires_at) }
  return { kid, alg, state, signs_from: time(signs_from), ...refused }
}

export function lineOf({ kid, alg, state, signs_from, refused_from }: KeyView): string {
  const from = state === 'published' ? `  signs from ${signs_from}` : ''
  const until = refused_from === undefined ? '' : `  refused from ${refused_from}`
  return `${kid}  ${alg}  ${state}${from}${until}\n`
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
