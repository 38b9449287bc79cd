/** Target 6: the cost of a refresh and of an introspection on a durable store. */
import { demoClient } from '../../../src/commands/demo-data.ts'
import { type SecuredContender, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { post } from '../load.ts'
import { type Running, run } from '../process.ts'
import { type Lane, logIn, login, measure, readLane } from '../rounds.ts'
import type { Result } from '../target.ts'

/** Each session is refreshed on its own connection. */
export const sessions = 10
const milliseconds = 3_000

export async function measureTokens({ file }: BenchDatabase): Promise<Result[]> {
  const contender = tessera(file)
  const server = await run(contender.program)
  const refreshes = await perSecond(await refreshLane(server, contender), milliseconds)
  const reads = await perSecond(await readLane(server, contender))
  const introspections = await perSecond(await introspectionLane(server, contender))
  await server.stop()
  return [
    { what: '6  refreshes, each a durable write', value: refreshes, unit: '/s', atLeast: 1000 },
    {
      what: '6  introspections/s ÷ GET /users/me',
      value: introspections / reads,
      unit: '×',
      atLeast: 0.5,
    },
  ]
}

async function perSecond(lane: Lane, warmUpMs = 500): Promise<number> {
  await measure(lane, { connections: sessions, milliseconds: warmUpMs })
  return (await measure(lane, { connections: sessions, milliseconds })).perSecond
}

interface Tokens {
  readonly refresh_token: string
}

/** Refreshes all sessions concurrently, each with its latest refresh token. */
export async function refreshLane(server: Running, contender: SecuredContender): Promise<Lane> {
  const tokens: Tokens[] = []
  for (let session = 0; session < sessions; session++) {
    const response = await logIn(server.port, contender)
    tokens.push((await response.json()) as Tokens)
  }
  return {
    name: 'refresh',
    server,
    request(_, session) {
      const { refresh_token = '' } = tokens[session] ?? {}
      return post('/token', { grant_type: 'refresh_token', refresh_token })
    },
    onResponse(body, session) {
      tokens[session] = JSON.parse(body())
    },
  }
}

export async function introspectionLane(
  server: Running,
  contender: SecuredContender,
): Promise<Lane> {
  const token = await login(server.port, contender)
  const { clientId, secret } = demoClient
  const bytes = post('/introspect', { token, client_id: clientId, client_secret: secret })
  return { name: 'introspection', server, request: () => bytes }
}
