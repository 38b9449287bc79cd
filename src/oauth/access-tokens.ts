/** Issues and verifies access tokens: JWTs as in RFC 9068, verified as RFC 8725 requires. */
import { SignJWT } from 'jose/jwt/sign'
import { LRUCache } from 'lru-cache'
import { maxAccessTokenMinutes } from '../config/settings.ts'
import { newId } from '../keys/secrets.ts'
import type { SigningKeys, VerifyingKey } from '../keys/signing-keys.ts'
import type { UnixMs } from '../store/schema.ts'
import { InvalidToken } from './bearer-errors.ts'
import { isSignedWith, type Jws, parseJws } from './jws.ts'

export interface AccessTokenOptions {
  readonly issuer: string
  readonly audience: string
  readonly lifetimeSeconds: number
  readonly keys: SigningKeys
  /** The URL of this API's metadata, sent in challenges. */
  readonly resourceMetadata: string
  readonly now: () => UnixMs
}

/** What a token is issued for. */
export interface Authorization {
  readonly userId: string
  readonly clientId: string
  readonly sessionId: string
  readonly scopes: readonly string[]
}

/** The claims of a verified token. */
export interface AccessToken extends Authorization {
  readonly tokenId: string
  readonly keyId: string
  /** In seconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface AccessTokens {
  /** `keysVersion` as in `SigningKeys.refresh`. */
  issue(authorization: Authorization, keysVersion?: string): Promise<string>
  /** Returns the claims. Throws an `InvalidToken`. */
  verify(token: string): Promise<AccessToken>
}

const clockToleranceSeconds = 5
/** The clocks of two servers may differ by this much (`clock.ts`). A token from further in the future would last too long. */
const maxFutureSeconds = 120
/** No setting allows more. A token that claims more was not issued here, and its numbers may be out of the range of the store. */
const maxLifetimeSeconds = maxAccessTokenMinutes * 60
const maxCachedTokens = 10_000

export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, lifetimeSeconds, keys, resourceMetadata, now } = options
  const seconds = () => Math.floor(now() / 1000)
  /** The claims of tokens whose signature was valid: they never change. */
  const cache = new LRUCache<string, AccessToken>({ max: maxCachedTokens })

  async function issue(
    { userId, clientId, sessionId, scopes }: Authorization,
    keysVersion?: string,
  ): Promise<string> {
    await keys.refresh(keysVersion)
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
    const cached = cache.get(token)
    if (cached && isCurrent(cached) && keys.find(cached.keyId)) return cached
    const accessToken = await read(token)
    cache.set(token, accessToken)
    return accessToken
  }

  async function read(token: string): Promise<AccessToken> {
    const jws = parseJws(token)
    if (!jws) throw invalid('malformed JWS')
    const key = await keyOf(jws.header)
    if (!key) throw invalid('unknown kid or alg mismatch')
    if (!isSignedWith(jws, key.alg, key.verifyWith)) throw invalid('wrong signature')
    const accessToken = accessTokenOf(jws, key.kid)
    if (!accessToken) throw invalid('wrong typ, missing claim or excessive lifetime')
    if (!isForThisApi(jws.payload)) throw invalid('issuer or audience mismatch')
    if (!isCurrent(accessToken) || !isAfterNbf(jws.payload))
      throw invalid('expired or not yet valid')
    return accessToken
  }

  /** The reason goes to the log, without any claim: a claim is unverified input. */
  const invalid = (reason: string) => new InvalidToken(resourceMetadata, reason)

  /** The key that the header names, if `alg` is its algorithm. */
  async function keyOf({ kid, alg, crit, b64 }: Jws['header']): Promise<VerifyingKey | undefined> {
    // No extension is supported (RFC 7515 §4.1.11, RFC 7797).
    if (typeof kid !== 'string' || crit !== undefined || b64 !== undefined) return undefined
    if (!keys.find(kid)) await keys.refresh()
    const key = keys.find(kid)
    return key?.alg === alg ? key : undefined
  }

  function isForThisApi({ iss, aud }: Jws['payload']): boolean {
    return iss === issuer && (Array.isArray(aud) ? aud : [aud]).includes(audience)
  }

  function isCurrent({ issuedAt, expiresAt }: AccessToken): boolean {
    return expiresAt + clockToleranceSeconds > seconds() && issuedAt <= seconds() + maxFutureSeconds
  }

  function isAfterNbf({ nbf = 0 }: Jws['payload']): boolean {
    return typeof nbf === 'number' && nbf <= seconds() + clockToleranceSeconds
  }

  return { issue, verify }
}

/** Returns undefined if the token has a different type or lacks a claim (RFC 9068 §2, §4). */
function accessTokenOf({ header, payload }: Jws, keyId: string): AccessToken | undefined {
  const { sub, client_id, sid, scope, jti, iat, exp } = payload
  if (!isAccessTokenType(header.typ)) return undefined
  if (typeof iat !== 'number' || typeof exp !== 'number') return undefined
  // JSON.parse reads 1e999 as Infinity.
  if (!(exp - iat <= maxLifetimeSeconds && Number.isFinite(iat))) return undefined
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

/** `application/` is optional (RFC 7515 §4.1.9), and media types are case-insensitive. */
function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && /^(application\/)?at\+jwt$/i.test(typ)
}
