/** Checks complete error responses in both formats: Problem (RFC 9457) and OAuth error (RFC 6749 §5.2). */
import { expect } from 'vitest'
import type { OAuthError, Problem } from '../../generated/api.ts'
import { challenge } from './challenge.ts'
import { titleOf } from './contract-problems.ts'
import type { TestServer } from './test-server.ts'

export async function expectProblem(
  response: Response,
  status: number,
  code: string,
): Promise<Problem> {
  const body: Problem = JSON.parse(await response.text())
  expect(body).toMatchObject({
    type: expect.stringMatching(new RegExp(`/problems#${code}$`)),
    title: titleOf(status),
    status,
    code,
    detail: expect.stringMatching(/./),
  })
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  return body
}

export async function expectOAuthError(
  response: Response,
  status: number,
  error: OAuthError['error'],
): Promise<OAuthError> {
  const body: OAuthError = JSON.parse(await response.text())
  expect({ status: response.status, ...body }).toEqual({
    status,
    error,
    error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
  })
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('pragma')).toBe('no-cache')
  return body
}

/** A rejected token (RFC 6750 §3.1), with the message of the seed. */
export async function expectInvalidToken(
  server: Pick<TestServer, 'url'>,
  response: Response,
): Promise<void> {
  const challenged = response.headers.get('www-authenticate')
  expect(challenged).toBe(challenge(server, 'error="invalid_token"'))
  const { detail } = await expectProblem(response, 401, 'invalid_token')
  expect(detail).toBe('Could not validate credentials')
}
