/** Access tokens: JWTs after RFC 9068, verified after RFC 8725. */
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'
import { InvalidToken } from './bearer-errors.ts'
import { newId } from './secrets.ts'
import type { SigningKeys } from './signing-keys.ts'

export interface AccessTokenOptions {
  readonly issuer: string
  readonly audience: string
  readonly lifetimeSeconds: number
  readonly keys: SigningKeys
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

export interface AccessTokens {
  /** A signed token. */
  issue(authorization: Authorization): Promise<string>
  /** What the token was issued for. Throws an `InvalidToken`. */
  verify(token: string): Promise<Authorization>
}

const clockToleranceSeconds = 5
const keptTokens = 10_000

export function createAccessTokens(options: AccessTokenOptions): AccessTokens {
  const { issuer, audience, lifetimeSeconds, keys, now } = options
  const seconds = () => Math.floor(now() / 1000)
  /** The claims of tokens whose signature was good: they do not change before they expire. */
  const verified = new LRUCache<string, JWTPayload>({ max: keptTokens })

  async function issue({ userId, clientId, sessionId, scopes }: Authorization): Promise<string> {
    const { kid, alg, signWith } = keys.current
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

  async function verify(token: string): Promise<Authorization> {
    const kept = verified.get(token)
    if (kept && (kept.exp ?? 0) + clockToleranceSeconds > seconds()) return authorizationOf(kept)
    const claims = await verifiedClaims(token)
    verified.set(token, claims)
    return authorizationOf(claims)
  }

  async function verifiedClaims(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keyFor, {
        algorithms: [...new Set([keys.current.alg, 'RS256', 'ES256', 'EdDSA'])],
        typ: 'at+jwt',
        issuer,
        audience,
        requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id', 'sid', 'scope'],
        clockTolerance: clockToleranceSeconds,
        currentDate: new Date(now()),
      })
      return payload
    } catch (error) {
      throw new InvalidToken(error)
    }
  }

  /** Only a key of ours, and only with the algorithm that it was made for: the header is the sender's word. */
  const keyFor: JWTVerifyGetKey = ({ kid, alg, crit, b64 }) => {
    // Ours has no extensions (RFC 7515 §4.1.11, RFC 7797).
    if (crit !== undefined || b64 !== undefined) throw new errors.JOSENotSupported('an extension')
    const key = keys.find(kid ?? '')
    if (key?.alg !== alg || !key) throw new errors.JWKSNoMatchingKey()
    return key.verifyWith
  }

  return { issue, verify }
}

function authorizationOf({ sub, client_id, sid, scope }: JWTPayload): Authorization {
  if (typeof sub !== 'string' || typeof client_id !== 'string')
    throw new InvalidToken('sub or client_id is no string')
  if (typeof sid !== 'string' || typeof scope !== 'string')
    throw new InvalidToken('sid or scope is no string')
  return {
    userId: sub,
    clientId: client_id,
    sessionId: sid,
    scopes: scope.split(' ').filter(Boolean),
  }
}
