/** Sends a call and reads its response. Throws if the status is not a success. */
import openapiFetch, { defaultPathSerializer } from 'openapi-fetch'
import type { AnyOptions, Method, Send } from './calls.ts'
import { failureOf, UnexpectedResponse } from './failures.ts'
import { asForm, type ClientCredentials } from './forms.ts'
import { operationOf } from './operations.ts'

export type Fetch = (request: Request) => Promise<Response>

export interface Fetches {
  readonly plain: Fetch
  /** For calls that need an access token. */
  readonly bearer: Fetch
  /** For calls that may have one. */
  readonly optional: Fetch
  /** The same, for calls that return the tokens of a new session. */
  readonly replacing: Fetch
}

/** Stands for every operation: `Calls` has checked the path and the options. */
interface AnyOperation {
  readonly requestBody?: { readonly content: { readonly 'application/json': object } }
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': string } }
  }
}

export function createSender(
  { baseUrl = '', ...credentials }: Partial<ClientCredentials> & { readonly baseUrl?: string },
  { plain, bearer, optional, replacing }: Fetches,
): Send {
  // The server never redirects and uses no cookies: following a redirect could send a password or a token elsewhere.
  const client = openapiFetch<Record<string, Record<Method, AnyOperation>>>({
    baseUrl,
    // Cloudflare Workers have no 'error'.
    redirect: 'manual',
    credentials: 'omit',
    pathSerializer: serializePath,
  })
  const fetchOptions = {
    bearer: { fetch: bearer },
    optional: { fetch: optional },
    replacing: { fetch: replacing },
    client: { fetch: plain, ...asForm(credentials) },
    none: { fetch: plain },
  }
  return async (method, path, options) => {
    const { authentication, content } = operationOf(method, path)
    const init = {
      ...allowedOnly(options),
      ...fetchOptions[authentication],
      parseAs: 'text' as const,
    }
    const { data = '', error, response } = await client.request(method, path, init)
    if (isRedirect(response)) throw new UnexpectedResponse(response)
    if (!response.ok) throw failureOf(response, error)
    if (content === 'empty' && data === '') return { data: undefined, response }
    return { data: parseBody(data, response), response }
  }
}

/** A browser hides the status, which is then 0. */
const isRedirect = ({ status }: Response): boolean => [0, 301, 302, 303, 307, 308].includes(status)

/** JavaScript callers can pass more options, which could change the server or the credentials of the call. */
function allowedOnly({ params = {}, body, signal }: AnyOptions = {}) {
  const { query = {}, path = {}, header = {} } = params
  const headers = Object.entries(header).filter(([name]) => name.toLowerCase() !== 'authorization')
  const allowed = { query, path, header: Object.fromEntries(headers) }
  return { params: allowed, ...(body && { body }), ...(signal && { signal }) }
}

/** A URL drops empty and dot segments, even encoded ones: the request would go to a different path. */
function serializePath(path: string, parameters: Record<string, unknown>): string {
  const values = new Map(Object.entries(parameters))
  for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g))
    if ((values.get(name) ?? null) === null) throw new TypeError(`${name} is missing`)
  for (const [name, value] of values)
    if (/^\.{0,2}$/.test(String(value))) throw new TypeError(`${name} cannot be "${value}"`)
  return defaultPathSerializer(path, parameters)
}

/** Every body of the contract is an object or an array. */
function parseBody(text: string, response: Response): object {
  const body = parseJson(text)
  if (typeof body !== 'object' || body === null) throw new UnexpectedResponse(response)
  return body
}

/** The parser's own error would quote the text, which may contain a token. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
