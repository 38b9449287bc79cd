/** Target 6: what a refresh, an introspection and a revocation cost on a durable store. */
import { demoClient } from '../../../src/commands/demo.ts'
import { tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { get, load, post } from '../load.ts'
import { type Running, run } from '../process.ts'
import { loginForm } from '../rounds.ts'
import type { Result } from '../target.ts'

const sessions = 10
const milliseconds = 3_000

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

export async function measureTokens({ file }: BenchDatabase): Promise<Result[]> {
  const server = await run(tessera(file).program)
  const logins = Array.from({ length: sessions }, () => logIn(server, file))
  const tokens = await Promise.all(logins)
  await refreshes(server, tokens, milliseconds)
  const refreshed = await refreshes(server, tokens, milliseconds)
  const [{ access_token: token }] = await Promise.all([logIn(server, file)])
  const bytes = post('/introspect', {
    token,
    client_id: demoClient.clientId,
    client_secret: demoClient.secret,
  })
  const account = get('/users/me', { Authorization: `Bearer ${token}` })
  const reads = await rate(server, account)
  const introspections = await rate(server, bytes)
  await server.stop()
  return [
    { what: '6  refreshes, each a durable write', value: refreshed, unit: '/s', atLeast: 1000 },
    {
      what: '6  introspections, of GET /users/me',
      value: introspections / reads,
      unit: '×',
      atLeast: 0.5,
    },
  ]
}

async function logIn({ port }: Running, file: string): Promise<Tokens> {
  return token(port, loginForm(tessera(file)))
}

async function token(port: number, form: Record<string, string>): Promise<Tokens> {
  const answer = await fetch(`http://127.0.0.1:${port}/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  if (answer.status !== 200) throw new Error(await answer.text())
  return (await answer.json()) as Tokens
}

/** All sessions at once, each with the token that the refresh before has given it. Per second. */
async function refreshes({ port }: Running, tokens: Tokens[], forMs: number): Promise<number> {
  const { perSecond, statuses } = await load({
    port,
    connections: tokens.length,
    milliseconds: forMs,
    request(_, session) {
      const { refresh_token = '' } = tokens[session] ?? {}
      return post('/token', { grant_type: 'refresh_token', refresh_token })
    },
    answered(body, session) {
      tokens[session] = JSON.parse(body())
    },
  })
  requireAll200(statuses)
  return perSecond
}

async function rate({ port }: Running, bytes: string): Promise<number> {
  const request = () => bytes
  await load({ port, connections: 10, milliseconds: 500, request })
  const { perSecond, statuses } = await load({ port, connections: 10, milliseconds, request })
  requireAll200(statuses)
  return perSecond
}

function requireAll200(statuses: ReadonlyMap<number, number>): void {
  if (statuses.size !== 1 || !statuses.has(200)) throw new Error(JSON.stringify([...statuses]))
}
