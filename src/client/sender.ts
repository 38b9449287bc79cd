/** Sends one call and reads its answer: what is no success is thrown. */
import openapiFetch, { defaultPathSerializer } from 'openapi-fetch'
import type { AnyGiven, Method, Send } from './calls.ts'
import { failureOf, UnexpectedAnswer } from './failures.ts'
import { asForm, type ClientCredentials } from './forms.ts'
import { operationOf } from './operations.ts'

export type Fetch = (request: Request) => Promise<Response>

interface Fetches {
  readonly open: Fetch
  /** For the calls that need an access token. */
  readonly bearer: Fetch
}

/** Which operation it is, `Calls` has seen to. */
interface AnyOperation {
  readonly requestBody?: { readonly content: { readonly 'application/json': object } }
  readonly responses: {
    readonly 200: { readonly content: { readonly 'application/json': string } }
  }
}

export function sender(
  { baseUrl = '', ...credentials }: Partial<ClientCredentials> & { readonly baseUrl?: string },
  { open, bearer }: Fetches,
): Send {
  // The server redirects nobody, and knows no cookies: neither a password nor a token goes where it was not sent.
  const client = openapiFetch<Record<string, Record<Method, AnyOperation>>>({
    baseUrl,
    redirect: 'error',
    credentials: 'omit',
    pathSerializer: wholeSegments,
  })
  const how = {
    holder: { fetch: bearer },
    client: { fetch: open, ...asForm(credentials) },
    anyone: { fetch: open },
  }
  return async (method, path, given) => {
    const { caller, answer } = operationOf(method, path)
    const options = { ...onlyOf(given), ...how[caller], parseAs: 'text' as const }
    const { data = '', error, response } = await client.request(method, path, options)
    if (!response.ok) throw failureOf(response, error)
    if (answer === 'nothing' && data === '') return { data: undefined, response }
    return { data: parsed(data, response), response }
  }
}

/** A caller without a compiler may give more: what would send the call elsewhere, or as somebody else. */
function onlyOf({ params = {}, body, signal }: AnyGiven = {}) {
  const { query = {}, path = {}, header = {} } = params
  const headers = Object.entries(header).filter(([name]) => name.toLowerCase() !== 'authorization')
  const allowed = { query, path, header: Object.fromEntries(headers) }
  return { params: allowed, ...(body && { body }), ...(signal && { signal }) }
}

/** A URL loses an empty segment and those of dots, however they are encoded: the call would become another. */
function wholeSegments(path: string, parameters: Record<string, unknown>): string {
  const given = new Map(Object.entries(parameters))
  for (const [, name = ''] of path.matchAll(/\{(\w+)\}/g))
    if ((given.get(name) ?? null) === null) throw new TypeError(`${name} is missing`)
  for (const [name, value] of given)
    if (/^\.{0,2}$/.test(String(value))) throw new TypeError(`${name} cannot be "${value}"`)
  return defaultPathSerializer(path, parameters)
}

/** Every body of the contract is an object or an array. */
function parsed(text: string, response: Response): object {
  const body = unlessGarbage(text)
  if (typeof body !== 'object' || body === null) throw new UnexpectedAnswer(response)
  return body
}

/** The parser's own complaint would quote what it could not read, which may be a token. */
function unlessGarbage(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
