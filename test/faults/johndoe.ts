/** The user johndoe of a faulty server, and the responses and errors to expect. */
import { expect } from 'vitest'
import { tessera } from '../harness/command.ts'
import {
  ask,
  defaultSettings,
  type FaultServer,
  type HttpResponse,
  type Tokens,
  tokensIn,
} from './fault-server.ts'

export const johndoe = { username: 'johndoe', password: 'correct horse battery staple' }

export interface Johndoe {
  readonly tokens: Tokens
  /** Sends a request with the user's token. Throws if there is no response. */
  ask(method: string, path: string, json?: object): Promise<HttpResponse>
  items(): Promise<string[]>
}

export async function login({ url }: FaultServer): Promise<HttpResponse | undefined> {
  return await ask(url, 'POST', '/token', { form: johndoe })
}

export function as({ url }: FaultServer, tokens: Tokens): Johndoe {
  const askAs = async (method: string, path: string, json?: object) => {
    const asked = { token: tokens.access, ...(json && { json }) }
    const response = await ask(url, method, path, asked)
    if (!response) throw new Error(`${method} ${path} has no response`)
    return response
  }
  return {
    tokens,
    ask: askAs,
    items: async () => {
      const { text } = await askAs('GET', '/users/me/items?limit=100')
      return (JSON.parse(text) as { item_id: string }[]).map(({ item_id }) => item_id)
    },
  }
}

export async function registered(server: FaultServer): Promise<Johndoe> {
  await ask(server.url, 'POST', '/users', { json: johndoe })
  return await loggedIn(server)
}

export async function loggedIn(server: FaultServer): Promise<Johndoe> {
  const response = await login(server)
  if (response?.status !== 200) throw new Error(`no login: ${response?.text}`)
  return as(server, tokensIn(response))
}

/** A 503 with Retry-After. */
export function expectUnavailable(response: HttpResponse | undefined): void {
  expect(response).toMatchObject({ status: 503 })
  expect(Number(response?.headers.get('retry-after'))).toBeGreaterThan(0)
}

/** The server prints one line that names the cause, and exits with 1. */
export async function expectNoStart(
  file: string,
  line: RegExp,
  more: Record<string, string> = {},
  what = '',
): Promise<void> {
  const failed = await tessera(['serve'], {
    settings: { ...defaultSettings, DATABASE_URL: file, ...more },
  })
  expect(failed, what).toMatchObject({ status: 1, out: '' })
  expect(failed.err, what).toMatch(line)
}
