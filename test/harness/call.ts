/** Sends a request with a bearer token and an optional JSON body. */
import type { TestServer } from './test-server.ts'

export type Call = (
  method: string,
  path: string,
  body?: object,
  headers?: Record<string, string>,
) => Promise<Response>

export const callAs =
  ({ url }: Pick<TestServer, 'url'>, token?: string): Call =>
  (method, path, body, headers = {}) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })

export async function jsonOf<Body>(response: Promise<Response> | Response): Promise<Body> {
  return JSON.parse(await (await response).text())
}
