/** A server for third-party client libraries: three registered clients, no grace period for refreshes, two failed logins per name. */
import { digest } from '../../src/keys/secrets.ts'
import { grantTypes } from '../../src/oauth/grants.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

/** Has no secret. */
export const publicClient = { id: 'public-app' }
/** May introspect tokens. */
export const service = { id: 'demo-service', secret: 'demo-service-secret' }
/** May not use the password grant. */
export const refreshOnly = { id: 'refresh-only', secret: 'refresh-only-secret' }

export const johndoe = { username: 'johndoe', password: 'secret123' }

export async function clientServer(settings: Record<string, string> = {}): Promise<TestServer> {
  const server = await testServer({
    settings: { REFRESH_GRACE_SECONDS: '0', LOGIN_MAX_FAILURES: '2', ...settings },
  })
  const { store, now } = server.services
  const client = { scopes: undefined, mayIntrospect: false, disabled: false, createdAt: now() }
  await store.clients.add({
    ...client,
    clientId: publicClient.id,
    secretHash: undefined,
    grants: grantTypes,
  })
  await store.clients.add({
    ...client,
    clientId: refreshOnly.id,
    secretHash: digest(refreshOnly.secret),
    grants: ['refresh_token'],
  })
  return server
}
