/** Access tokens: JWTs after RFC 9068, verified after RFC 8725. */
import { SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { newId } from '../keys/secrets.ts'
import type { SigningKeys, VerifyingKey } from '../keys/signing-keys.ts'
import { InvalidToken } from './bearer-errors.ts'
import { isSignedWith, type Jws, parseJws } from './jws.ts'

export interface AccessTokenOptions {
  readonly issuer: string
  readonly audience: string
  readonly lifetimeSeconds: number
  readonly keys: SigningKeys
  /** The URL of this API's metadata, for the challenges. */
  readonly resourceMetadata: string
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** What a token is issued for. */
export interface Authorization {
  readonly userId: string
  readonly clientId: string
  readonly sessionId: string
  readonly scopes: readonly string[]
}

/** What a token says, once it is known to be ours and in its time. */
export interface AccessToken extends Authorization {
  readonly tokenId: string
  readonly keyId: string
  /** In seconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface AccessTokens {
  /** A signed token. */
  issue(authorization: Authorization): Promise<string>
  /** What the token says. Throws an `InvalidToken`. */
  verify(token: string): Promise<AccessToken>
}

const clockToleranceSeconds = 5
/** What was issued later is of a wrong clock, and would last too long. As far as two servers that start may be apart (`clock.ts`). */
const maxFutureSeconds = 120
const maxCachedTokens = 10_000

export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, lifetimeSeconds, keys, resourceMetadata, now } = options
  const seconds = () => Math.floor(now() / 1000)
  /** Tokens whose signature was good: what they say does not change before they expire. */
  const verified = new LRUCache<string, AccessToken>({ max: maxCachedTokens })

  async function issue({ userId, clientId, sessionId, scopes }: Authorization): Promise<string> {
    await keys.refresh()
    const { kid, alg, signWith } = keys.current()
    const issuedAt = seconds()
    return new SignJWT({ client_id: clientId, sid: sessionId, scope: scopes.join(' ') })
      .setProtectedHeader({ typ: 'at+jwt', alg, kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(userId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + lifetimeSeconds)
      .setJti(newId('t'))
      .sign(signWith)
  }

  async function verify(token: string): Promise<AccessToken> {
    const kept = verified.get(token)
    if (kept && isInItsTime(kept) && keys.find(kept.keyId)) return kept
    const accessToken = await read(token)
    verified.set(token, accessToken)
    return accessToken
  }

  async function read(token: string): Promise<AccessToken> {
    const jws = parseJws(token)
    if (!jws) throw refused('it is no JWS')
    const key = await keyOf(jws.header)
    if (!key) throw refused('no key of ours is named in it')
    if (!isSignedWith(jws, key.alg, key.verifyWith)) throw refused('its signature is wrong')
    const accessToken = accessTokenOf(jws, key.kid)
    if (!accessToken) throw refused('it is no access token')
    if (!isMeantForUs(jws.payload)) throw refused('it is of another issuer, or for others')
    if (!isInItsTime(accessToken) || !hasBegun(jws.payload))
      throw refused('it has expired, or is not good yet')
    return accessToken
  }

  /** For the log: what the token says is the sender's word, and is not in it. */
  const refused = (reason: string) => new InvalidToken(resourceMetadata, reason)

  /** Only a key of ours, and only with the algorithm that it was made for. */
  async function keyOf({ kid, alg, crit, b64 }: Jws['header']): Promise<VerifyingKey | undefined> {
    // Ours has no extensions (RFC 7515 §4.1.11, RFC 7797).
    if (typeof kid !== 'string' || crit !== undefined || b64 !== undefined) return undefined
    if (!keys.find(kid)) await keys.refresh()
    const key = keys.find(kid)
    return key?.alg === alg ? key : undefined
  }

  function isMeantForUs({ iss, aud }: Jws['payload']): boolean {
    return iss === issuer && (Array.isArray(aud) ? aud : [aud]).includes(audience)
  }

  function isInItsTime({ issuedAt, expiresAt }: AccessToken): boolean {
    return expiresAt + clockToleranceSeconds > seconds() && issuedAt <= seconds() + maxFutureSeconds
  }

  function hasBegun({ nbf = 0 }: Jws['payload']): boolean {
    return typeof nbf === 'number' && nbf <= seconds() + clockToleranceSeconds
  }

  return { issue, verify }
}

/** Nothing where it is a token of another kind, or lacks a claim (RFC 9068 §2, §4). */
function accessTokenOf({ header, payload }: Jws, keyId: string): AccessToken | undefined {
  const { sub, client_id, sid, scope, jti, iat, exp } = payload
  if (!isAccessTokenType(header.typ)) return undefined
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined
  const texts = [sub, client_id, sid, scope, jti]
  if (!texts.every((text) => typeof text === 'string')) return undefined
  const [userId = '', clientId = '', sessionId = '', scopes = '', tokenId = ''] = texts
  return {
    userId,
    clientId,
    sessionId,
    scopes: scopes.split(' ').filter(Boolean),
    tokenId,
    keyId,
    issuedAt: iat,
    expiresAt: exp,
  }
}

/** The media type may have its `application/` (RFC 7515 §4.1.9), and has no upper or lower case. */
function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
}
