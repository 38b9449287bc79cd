/** The exact request that the Authorize dialog of Swagger UI sends, and the response to each. */
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenResponse } from '../../generated/api.ts'
import { expectOAuthError } from '../harness/error-responses.ts'
import type { TestServer } from '../harness/test-server.ts'
import { clientServer, johndoe, service } from './client-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await clientServer()
})
afterAll(() => server.stop())

interface Dialog {
  readonly username?: string
  readonly password?: string
  readonly scopes?: readonly string[]
  readonly clientId?: string
  readonly clientSecret?: string
}

function authorize({ clientId = '', clientSecret = '', ...given }: Dialog): Promise<Response> {
  const { username = johndoe.username, password = johndoe.password, scopes = [] } = given
  const form = { grant_type: 'password', scope: scopes.join(' '), username, password }
  return fetch(`${server.url}/token`, {
    method: 'POST',
    headers: {
      Accept: 'application/json, text/plain, */*',
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Requested-With': 'XMLHttpRequest',
      Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}`,
    },
    body: Object.entries(form)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join('&'),
  })
}

describe('the Authorize dialog of Swagger UI', () => {
  it('gets a token of the first-party client if the client fields are empty [A6, B8]', async () => {
    expect(btoa(':')).toBe('Og==')
    const response = await authorize({})
    const token: TokenResponse = JSON.parse(await response.text())
    expect(response.status).toBe(200)
    expect(token).toMatchObject({
      token_type: 'bearer',
      scope: 'me:read me:write items:read items:write',
    })
    expect((await server.get('/users/me', token.access_token)).status).toBe(200)
    expect(decodeJwt(token.access_token).client_id).toBe('tessera')
  })

  it('gets the selected scopes for the given client [B1, C2]', async () => {
    const client = { clientId: service.id, clientSecret: service.secret }
    const response = await authorize({ ...client, scopes: ['me:read'] })
    expect(await response.json()).toMatchObject({ scope: 'me:read' })
  })

  it('gets no Basic challenge for a wrong password, so that the browser opens no dialog of its own [S3]', async () => {
    const response = await authorize({ password: 'wrong' })
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    await expectOAuthError(response, 401, 'invalid_grant')
  })

  it('gets invalid_scope for a scope that the user does not have [C3, C6]', async () => {
    const response = await authorize({ scopes: ['me:read', 'everything'] })
    await expectOAuthError(response, 400, 'invalid_scope')
  })

  it('gets invalid_client for a wrong secret [B4]', async () => {
    const response = await authorize({ clientId: service.id, clientSecret: 'wrong' })
    await expectOAuthError(response, 401, 'invalid_client')
  })

  it('gets 429 after too many failed logins [H1]', async () => {
    for (const password of ['guess 1', 'guess 2']) await authorize({ username: 'admin', password })
    const response = await authorize({ username: 'admin', password: 'administrator123' })
    expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    await expectOAuthError(response, 429, 'temporarily_unavailable')
  })
})
