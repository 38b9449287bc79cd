/** Refreshes of a session, and what they return. */
import { expect } from 'vitest'
import type { TokenResponse } from '../../generated/api.ts'
import { expectOAuthError } from './error-responses.ts'
import type { TestServer } from './test-server.ts'
import { postForm } from './token-request.ts'

export type Tokens = TokenResponse & { readonly refresh_token: string }

export async function tokens(answer: Promise<Response>): Promise<Tokens> {
  const response = await answer
  const text = await response.text()
  expect({ status: response.status, text }).toMatchObject({ status: 200 })
  return JSON.parse(text)
}

export function refresh(
  server: Pick<TestServer, 'url'>,
  refresh_token: string,
  more: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return postForm(
    server,
    '/token',
    { grant_type: 'refresh_token', refresh_token, ...more },
    headers,
  )
}

export async function expectInvalidGrant(server: TestServer, token: string): Promise<void> {
  await expectOAuthError(await refresh(server, token), 400, 'invalid_grant')
}

/** Both of its tokens are rejected. */
export async function expectEnded(server: TestServer, { access_token, refresh_token }: Tokens) {
  expect((await server.get('/users/me', access_token)).status).toBe(401)
  await expectInvalidGrant(server, refresh_token)
}
