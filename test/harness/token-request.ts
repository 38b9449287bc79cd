/** Sends POST /token and other forms. */
import type { TokenResponse } from '../../generated/api.ts'
import type { TestServer } from './test-server.ts'

export const formType = { 'content-type': 'application/x-www-form-urlencoded' }

/** The request of the tutorial. */
export const validForm = 'grant_type=password&username=johndoe&password=secret123'

/** Sends text as a form and bytes without a Content-Type, unless `headers` say otherwise. */
export function postToken(
  { url }: Pick<TestServer, 'url'>,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const type = typeof body === 'string' ? formType : {}
  return fetch(`${url}/token`, { method: 'POST', body, headers: { ...type, ...headers } })
}

export function basic(credentials: string): { authorization: string } {
  return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** Sends a form to any path, such as /revoke, /introspect, or /token for a refresh. */
export function postForm(
  { url }: Pick<TestServer, 'url'>,
  path: string,
  form: Readonly<Record<string, string>>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })
}

/** Both tokens of a new session of johndoe, or of the user in `form`. */
export async function loginPair(
  server: TestServer,
  form?: Record<string, string>,
): Promise<{ access: string; refresh: string }> {
  const tokens: TokenResponse = JSON.parse(await (await server.login(form)).text())
  return { access: tokens.access_token, refresh: tokens.refresh_token ?? '' }
}
