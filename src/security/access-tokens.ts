/** Access tokens: JWTs after RFC 9068, verified after RFC 8725. */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { Refusal } from '../contract/refusal.ts'
import { InvalidToken } from './bearer-errors.ts'
import { newId } from './secrets.ts'
import type { SigningKeys } from './signing-keys.ts'

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
const keptTokens = 10_000

export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, lifetimeSeconds, keys, resourceMetadata, now } = options
  const seconds = () => Math.floor(now() / 1000)
  /** Tokens whose signature was good: what they say does not change before they expire. */
  const verified = new LRUCache<string, AccessToken>({ max: keptTokens })

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
    if (kept && kept.expiresAt + clockToleranceSeconds > seconds() && keys.find(kept.keyId))
      return kept
    const accessToken = await read(token)
    verified.set(token, accessToken)
    return accessToken
  }

  async function read(token: string): Promise<AccessToken> {
    try {
      // jose is lenient where this is strict: base64url has one spelling of a signature.
      const [, signature = ''] = /^[\w-]+\.[\w-]+\.([\w-]+)$/.exec(token) ?? []
      if (!signature || Buffer.from(signature, 'base64url').toString('base64url') !== signature)
        throw new errors.JWTInvalid('not a compact JWS')
      const { payload, protectedHeader } = await jwtVerify(token, keyFor, {
        algorithms: ['RS256', 'ES256', 'EdDSA', 'HS256'],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id', 'sid', 'scope'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      })
      return accessTokenOf(payload, protectedHeader.kid)
    } catch (error) {
      // A store that does not answer says nothing of the token.
      throw error instanceof Refusal ? error : new InvalidToken(resourceMetadata, reasonOf(error))
    }
  }

  /** Only a key of ours, and only with the algorithm that it was made for: the header is the sender's word. */
  const keyFor: JWTVerifyGetKey = async ({ kid = '', alg, crit, b64 }) => {
    // Ours has no extensions (RFC 7515 §4.1.11, RFC 7797).
    if (crit !== undefined || b64 !== undefined) throw new errors.JOSENotSupported('an extension')
    if (!keys.find(kid)) await keys.refresh()
    const key = keys.find(kid)
    if (!key || key.alg !== alg) throw new errors.JWKSNoMatchingKey()
    return key.verifyWith
  }

  return { issue, verify }
}

/** For the log. The message would quote the token, which is the sender's word. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.JOSEError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

function accessTokenOf(claims: JWTPayload, kid: unknown): AccessToken {
  return {
    userId: text(claims.sub),
    clientId: text(claims.client_id),
    sessionId: text(claims.sid),
    scopes: text(claims.scope).split(' ').filter(Boolean),
    tokenId: text(claims.jti),
    keyId: text(kid),
    issuedAt: claims.iat ?? 0,
    expiresAt: claims.exp ?? 0,
  }
}

function text(claim: unknown): string {
  if (typeof claim !== 'string') throw new errors.JWTInvalid('a claim has the wrong type')
  return claim
}
