/** What `tessera keys` shows of a key: its state among the others, as a line and as JSON. */
import { algorithmInUse, hs256Jwk, isRetired, signingKey } from '../keys/signing-keys.ts'
import type { SigningKeyRow } from '../store/signing-keys.ts'

/** The key that signs. Whatever SIGNING_ALG is here: it may be another at the server. */
export function keyInUse(keys: readonly SigningKeyRow[], now: number): SigningKeyRow | undefined {
  return signingKey(keys, algorithmInUse(keys) ?? '', now)
}

/** What is shown of a key: all of it but the key itself. Times in milliseconds since 1970. */
export interface ShownKey {
  readonly kid: string
  readonly alg: string
  readonly state: 'signs' | 'published' | 'verifies' | 'refused' | 'unused'
  readonly signsFrom?: number
  readonly refusedFrom?: number | null
}

/** A key of the store, among all of them. One that a later key has overtaken never signs. */
export function keptKey(row: SigningKeyRow, rows: readonly SigningKeyRow[], now: number): ShownKey {
  const signsAt = (time: number) => keyInUse(rows, time)?.kid === row.kid
  if (isRetired(row, now)) return shown(row, 'refused')
  if (signsAt(now)) return shown(row, 'signs')
  return shown(row, row.signs_from > now && signsAt(row.signs_from) ? 'published' : 'verifies')
}

/** With HS256 a server takes none of the store's keys. */
export function unusedKey(row: SigningKeyRow, now: number): ShownKey {
  return shown(row, isRetired(row, now) ? 'refused' : 'unused')
}

/** With HS256: the key of SECRET_KEY, and that of the one before. */
export function sharedKeys(secret: string, previousSecret: string | undefined): ShownKey[] {
  const signs: ShownKey = { ...named(secret), state: 'signs' }
  if (previousSecret === undefined) return [signs]
  return [signs, { ...named(previousSecret), state: 'verifies' }]
}

function named(secret: string): Pick<ShownKey, 'kid' | 'alg'> {
  const { kid, alg } = hs256Jwk(secret)
  return { kid, alg }
}

/** One that has just been retired. */
export function refusedKey(row: SigningKeyRow, now: number): ShownKey {
  return shown({ ...row, retires_at: now }, 'refused')
}

function shown(
  { kid, alg, signs_from, retires_at }: SigningKeyRow,
  state: ShownKey['state'],
): ShownKey {
  return { kid, alg, state, signsFrom: signs_from, refusedFrom: retires_at }
}

export function keyBody({ kid, alg, state, signsFrom, refusedFrom }: ShownKey) {
  return {
    kid,
    alg,
    state,
    ...(signsFrom !== undefined && { signs_from: time(signsFrom) }),
    ...(refusedFrom != null && { refused_from: time(refusedFrom) }),
  }
}

export function lineOf({ kid, alg, state, signsFrom, refusedFrom }: ShownKey): string {
  const from =
    state === 'published' && signsFrom !== undefined ? `  signs from ${time(signsFrom)}` : ''
  const until = refusedFrom == null ? '' : `  refused from ${time(refusedFrom)}`
  return `${kid}  ${alg}  ${state}${from}${until}\n`
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
