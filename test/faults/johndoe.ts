/** Johndoe, who has an account on a server in trouble, and what he is to be told. */
import { expect } from 'vitest'
import { tessera } from '../harness/command.ts'
import {
  type Answer,
  ask,
  type FaultServer,
  type Tokens,
  tokensIn,
  usualSettings,
} from './fault-server.ts'

export const johndoe = { username: 'johndoe', password: 'correct horse battery staple' }

export interface Johndoe {
  readonly tokens: Tokens
  /** What he asks for; something must come back. */
  ask(method: string, path: string, json?: object): Promise<Answer>
  items(): Promise<string[]>
}

export async function login({ url }: FaultServer): Promise<Answer | undefined> {
  return await ask(url, 'POST', '/token', { form: johndoe })
}

export function as({ url }: FaultServer, tokens: Tokens): Johndoe {
  const answered = async (method: string, path: string, json?: object) => {
    const asked = { token: tokens.access, ...(json && { json }) }
    const answer = await ask(url, method, path, asked)
    if (!answer) throw new Error(`${method} ${path} was not answered`)
    return answer
  }
  return {
    tokens,
    ask: answered,
    items: async () => {
      const { text } = await answered('GET', '/users/me/items?limit=100')
      return (JSON.parse(text) as { item_id: string }[]).map(({ item_id }) => item_id)
    },
  }
}

export async function registered(server: FaultServer): Promise<Johndoe> {
  await ask(server.url, 'POST', '/users', { json: johndoe })
  return await loggedIn(server)
}

export async function loggedIn(server: FaultServer): Promise<Johndoe> {
  const answer = await login(server)
  if (answer?.status !== 200) throw new Error(`no login: ${answer?.text}`)
  return as(server, tokensIn(answer))
}

/** He is to come back later, and is told when. */
export function expectUnavailable(answer: Answer | undefined): void {
  expect(answer).toMatchObject({ status: 503 })
  expect(Number(answer?.headers.get('retry-after'))).toBeGreaterThan(0)
}

/** One line, which names what is to be mended. */
export async function expectNoStart(
  file: string,
  line: RegExp,
  more: Record<string, string> = {},
  what = '',
): Promise<void> {
  const failed = await tessera(['serve'], {
    settings: { ...usualSettings, DATABASE_URL: file, ...more },
  })
  expect(failed, what).toMatchObject({ status: 1, out: '' })
  expect(failed.err, what).toMatch(line)
}
