/** Checks the OAuth2 scheme of the contract: a bearer token in the Authorization header (RFC 6750 §2.1), and nowhere else. */
import type { IncomingMessage } from 'node:http'
import { addLogFields, headerValues, type SecurityCheck } from '#contract'
import type { StoredCaller } from '../store/callers.ts'
import type { AccessToken } from './access-tokens.ts'
import { InvalidAuthorization, InvalidToken, NotAuthenticated } from './bearer-errors.ts'
import { authorize, type Caller } from './caller.ts'
import type { OAuthServices } from './oauth-services.ts'

/** Checks token → account → enabled → session → scope, in this order: a forged token reveals nothing about scopes. */
export function bearerCheck(services: OAuthServices): SecurityCheck<Caller> {
  const { resourceMetadata } = services
  return async function bearer(req, required) {
    const token = await readToken(services, tokenIn(req, resourceMetadata))
    const { userId, clientId } = token
    addLogFields(req, { userId, clientId })
    return authorize({ token, required, resourceMetadata }, token)
  }
}

export type TokenState = AccessToken & StoredCaller

/** The verified claims, with the current state of account and session. Throws an `InvalidToken`. */
export async function readToken(
  { accessTokens, signingKeys, store, resourceMetadata, now }: OAuthServices,
  token: string,
): Promise<TokenState> {
  const accessToken = await accessTokens.verify(token)
  const caller = await store.sessions.caller(accessToken, now())
  if (!caller) throw new InvalidToken(resourceMetadata, 'account deleted')
  if (caller.keysVersion !== signingKeys.version) {
    // A different process has rotated or retired keys: verify again with the current ones.
    await signingKeys.refresh()
    await accessTokens.verify(token)
  }
  return { ...accessToken, ...caller }
}

/** Rejects several Authorization headers: Node keeps the first and silently drops the rest. */
function tokenIn(req: IncomingMessage, resourceMetadata: string): string {
  const [header, ...others] = headerValues(req, 'authorization')
  if (others.length > 0) throw new InvalidAuthorization(resourceMetadata)
  const [scheme = '', ...rest] = (header ?? '').split(' ')
  const credentials = rest.join(' ').trimStart()
  if (scheme.toLowerCase() !== 'bearer') throw new NotAuthenticated(resourceMetadata)
  if (credentials === '' || credentials.includes(' '))
    throw new InvalidAuthorization(resourceMetadata)
  if (hasQueryToken(req.url))
    throw new InvalidAuthorization(resourceMetadata, 'The request has more than one token')
  return credentials
}

/** The query method of RFC 6750 §2.3 is not supported; beside the header it is a second method, which §3.1 rejects. */
function hasQueryToken(url = ''): boolean {
  return /[?&]access_token=/.test(url)
}
