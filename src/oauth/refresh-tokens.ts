/**
 * Refresh tokens: `family.token`, 256 random bits each, kept as SHA-256 (RFC 6749 §10.4, RFC 9700 §4.14.2).
 *
 * All tokens of a session begin with the same family, which nobody else knows: whoever shows a family with a token that
 * is not the good one has a token that was rotated away, however long ago. So one row per session suffices, rotated by one
 * atomic statement. The successor is derived from the token that it follows, by a MAC: within the grace it can be given again
 * without having been kept.
 */
import { digest, mac, newSecret } from '../keys/secrets.ts'

export interface RefreshToken {
  /** As the client gets it. */
  readonly text: string
  readonly familyHash: string
  readonly hash: string
}

export function newRefreshToken(): RefreshToken {
  return refreshToken(newSecret(), newSecret())
}

/** Nothing where it has not the form of one. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, family, token] = /^([\w-]{43})\.([\w-]{43})$/.exec(text) ?? []
  return family && token ? refreshToken(family, token) : undefined
}

export function successorOf({ text }: RefreshToken, key: Uint8Array): RefreshToken {
  const [family = ''] = text.split('.')
  return refreshToken(family, mac(key, text))
}

function refreshToken(family: string, token: string): RefreshToken {
  const text = `${family}.${token}`
  return { text, familyHash: digest(family), hash: digest(text) }
}
