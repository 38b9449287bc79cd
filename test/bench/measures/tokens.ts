/** Target 6: what a refresh and an introspection cost on a durable store. */
import { demoClient } from '../../../src/commands/demo.ts'
import { type SecuredContender, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { post } from '../load.ts'
import { type Running, run } from '../process.ts'
import { type Lane, logIn, login, measure, readLane } from '../rounds.ts'
import type { Result } from '../target.ts'

/** Each is refreshed on a connection of its own. */
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
      what: '6  introspections, of GET /users/me',
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

/** All sessions at once, each with the token that the refresh before has given it. */
export async function refreshLane(server: Running, contender: SecuredContender): Promise<Lane> {
  const tokens: Tokens[] = []
  for (let session = 0; session < sessions; session++) {
    const answer = await logIn(server.port, contender)
    tokens.push((await answer.json()) as Tokens)
  }
  return {
    name: 'refresh',
    server,
    request(_, session) {
      const { refresh_token = '' } = tokens[session] ?? {}
      return post('/token', { grant_type: 'refresh_token', refresh_token })
    },
    answered(body, session) {
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
