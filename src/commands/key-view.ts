/** What `tessera keys` prints of a key, as a line and as JSON: its metadata and its state. */
import { algorithmInUse, hs256Jwk, isRetired, signingKey } from '../keys/signing-keys.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'

/** The key that signs. Independent of SIGNING_ALG here, which may differ from the server's. */
export function keyInUse(keys: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return signingKey(keys, algorithmInUse(keys) ?? '', now)
}

/** A key without its key material. Times in milliseconds since 1970. */
export interface KeyView {
  readonly kid: string
  readonly alg: string
  readonly state: 'signs' | 'published' | 'verifies' | 'refused' | 'unused'
  readonly signsFrom?: number
  readonly refusedFrom?: number | null
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

/** With HS256: the keys of SECRET_KEY and SECRET_KEY_PREVIOUS. */
export function sharedKeys(secret: string, previousSecret: string | undefined): KeyView[] {
  const signs: KeyView = { ...idOf(secret), state: 'signs' }
  if (previousSecret === undefined) return [signs]
  return [signs, { ...idOf(previousSecret), state: 'verifies' }]
}

function idOf(secret: string): Pick<KeyView, 'kid' | 'alg'> {
  const { kid, alg } = hs256Jwk(secret)
  return { kid, alg }
}

/** A key that was retired at `now`. */
export function refusedKey(row: SigningKeyRow, now: number): KeyView {
  return shown({ ...row, retires_at: now }, 'refused')
}

function shown(
  { kid, alg, signs_from, retires_at }: SigningKeyRow,
  state: KeyView['state'],
): KeyView {
  return { kid, alg, state, signsFrom: signs_from, refusedFrom: retires_at }
}

export function keyBody({ kid, alg, state, signsFrom, refusedFrom }: KeyView) {
  return {
    kid,
    alg,
    state,
    ...(signsFrom !== undefined && { signs_from: time(signsFrom) }),
    ...(refusedFrom != null && { refused_from: time(refusedFrom) }),
  }
}

export function lineOf({ kid, alg, state, signsFrom, refusedFrom }: KeyView): string {
  const from =
    state === 'published' && signsFrom !== undefined ? `  signs from ${time(signsFrom)}` : ''
  const until = refusedFrom == null ? '' : `  refused from ${time(refusedFrom)}`
  return `${kid}  ${alg}  ${state}${from}${until}\n`
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
