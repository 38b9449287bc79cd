/** Starts a server in a separate process, and sends requests to it. */
import { listening, type RunningCommand } from '../harness/command.ts'

export interface FaultServer extends RunningCommand {
  readonly url: string
}

type Settings = Readonly<Record<string, string>>

/** The settings of the servers without the database. No login and no write is throttled. */
export const defaultSettings: Settings = {
  PORT: '0',
  // A fixed issuer: the port changes with each start, but tokens must stay valid.
  ISSUER: 'http://127.0.0.1:8000',
  BCRYPT_COST: '10',
  LOG_LEVEL: 'warn',
  REGISTRATION: 'open',
  LOGIN_MAX_FAILURES: '10000',
  ACCOUNT_WRITES_PER_MINUTE: '1000000',
}

/** @param node options of Node itself */
export async function serve(
  databaseUrl: string,
  more: Settings = {},
  node: readonly string[] = [],
): Promise<FaultServer> {
  const settings = { ...defaultSettings, DATABASE_URL: databaseUrl, ...more }
  const server = await listening(['serve'], { settings, node })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  return { ...server, url }
}

/** Returns the response; undefined if the connection ends without one. */
export async function ask(
  url: string,
  method: string,
  path: string,
  { token, form, json }: { token?: string; form?: Record<string, string>; json?: object } = {},
): Promise<HttpResponse | undefined> {
  const body = form ? new URLSearchParams(form) : json && JSON.stringify(json)
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(json && { 'content-type': 'application/json' }),
  }
  try {
    const response = await fetch(`${url}${path}`, { method, headers, ...(body && { body }) })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch {
    return undefined
  }
}

export interface HttpResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export function tokensIn({ text }: HttpResponse): Tokens {
  const { access_token, refresh_token } = JSON.parse(text)
  return { access: access_token, refresh: refresh_token }
}
