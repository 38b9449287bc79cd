/** POST /token buys an access token with a password (RFC 6749 §4.3); the checks in the order of the RFC. */
import { authenticateClient } from '../../security/clients.ts'
import { UnsupportedGrantType } from '../../security/oauth-errors.ts'
import { type Grant, passwordGrant } from '../../security/password-grant.ts'
import { newId } from '../../security/secrets.ts'
import type { Services } from '../../services.ts'
import { type Handler, noStore } from '../handler.ts'

export const issueToken =
  (services: Services): Handler<'issueToken'> =>
  async ({ body, http }, respond) => {
    const client = authenticateClient(http, body)
    // The tutorial's form may leave the grant out.
    const { grant_type = 'password' } = body
    if (grant_type !== 'password') throw new UnsupportedGrantType()
    const grant = await passwordGrant(services, client, body)
    return respond[200]({
      headers: { ...noStore, Pragma: 'no-cache' },
      body: {
        access_token: await accessToken(services, grant),
        token_type: 'bearer',
        expires_in: services.config.accessTokenSeconds,
        scope: grant.scopes.join(' '),
      },
    })
  }

/** Every login is a session of its own: to end it is to end its tokens. */
async function accessToken(services: Services, { user, client, scopes }: Grant): Promise<string> {
  const { store, accessTokens, config, now } = services
  const session = { sessionId: newId('s'), userId: user.userId, clientId: client.clientId }
  const createdAt = now()
  // A minute more than the token, so that it is the token that expires.
  const expiresAt = createdAt + (config.accessTokenSeconds + 60) * 1000
  await store.sessions.add({ ...session, createdAt, expiresAt })
  return accessTokens.issue({ ...session, scopes })
}
