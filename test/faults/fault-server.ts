/** A server in a process of its own, as it is run for real, and what its users ask of it. */
import { listening, type RunningCommand } from '../harness/command.ts'

export interface FaultServer extends RunningCommand {
  readonly url: string
}

type Settings = Readonly<Record<string, string>>

/** What a server here has been set to, but for its database. Nobody here is to be throttled. */
export const usualSettings: Settings = {
  PORT: '0',
  // The port is another one after each start, and the tokens of before are to count.
  ISSUER: 'http://127.0.0.1:8000',
  BCRYPT_COST: '10',
  LOG_LEVEL: 'warn',
  REGISTRATION: 'open',
  LOGIN_MAX_FAILURES: '10000',
}

export async function serve(databaseUrl: string, more: Settings = {}): Promise<FaultServer> {
  const settings = { ...usualSettings, DATABASE_URL: databaseUrl, ...more }
  const server = await listening(['serve'], { settings })
  const [, url = ''] = /^listening on (\S+)$/m.exec(server.out()) ?? []
  return { ...server, url }
}

/** What a request is answered; undefined where its connection ends without an answer. */
export async function ask(
  url: string,
  method: string,
  path: string,
  { token, form, json }: { token?: string; form?: Record<string, string>; json?: object } = {},
): Promise<Answer | undefined> {
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

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Tokens {
  readonly access: string
  readonly refresh: string
}

export function tokensIn({ text }: Answer): Tokens {
  const { access_token, refresh_token } = JSON.parse(text)
  return { access: access_token, refresh: refresh_token }
}
