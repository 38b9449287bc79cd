/**
 * Refresh tokens: `family.token`, 256 random bits each, stored as SHA-256 (RFC 6749 §10.4, RFC 9700 §4.14.2).
 *
 * All tokens of a session start with the same family, a secret of its client. A known family with any token but the current one
 * is therefore a token that was replaced, however long ago: one row per session is enough, rotated by one atomic statement. A
 * MAC derives each token from its predecessor and a number, so that it can be returned again without being stored, and so that a
 * different successor can replace it.
 */
import { digest, mac, newSecret } from '../keys/secrets.ts'

export interface RefreshToken {
  /** The value that the client receives. */
  readonly text: string
  readonly familyHash: string
  readonly hash: string
}

export function newRefreshToken(): RefreshToken {
  return refreshToken(newSecret(), newSecret())
}

/** Returns undefined if the text does not have this form. */
export function parseRefreshToken(text: string): RefreshToken | undefined {
  const [, family, token] = /^([\w-]{43})\.([\w-]{43})$/.exec(text) ?? []
  return family && token ? refreshToken(family, token) : undefined
}

/** The first successor has the number 0 and no number in its MAC, as older servers derive it. */
export function successorOf({ text }: RefreshToken, key: Uint8Array, number = 0): RefreshToken {
  const [family = ''] = text.split('.')
  return refreshToken(family, number === 0 ? mac(key, text) : mac(key, text, String(number)))
}

function refreshToken(family: string, token: string): RefreshToken {
  const text = `${family}.${token}`
  return { text, familyHash: digest(family), hash: digest(text) }
}
