/** The CPU time of requests without credentials, as multiples of that of a 404 in the same process and run. */
import { randomBytes } from 'node:crypto'
import { type AnonymousRequest, anonymousRequests } from '../anonymous/requests.ts'
import { tessera } from '../contenders.ts'
import { type BenchDatabase, makeDatabase } from '../database.ts'
import { get, load } from '../load.ts'
import { type Running, run } from '../process.ts'
import { median } from '../rounds.ts'

export const maxRatio = 10
const rounds = 3
const requestsPerRound = 40

export interface Figure {
  readonly name: string
  readonly statuses: string
  readonly ratio: number
  readonly micros: number
  readonly isBudgeted: boolean
}

const notFound = { name: '404', bytes: get('/nowhere') }

/** Of the kinds whose names contain `only`, one after the other. */
export async function* measureAnonymous(only = ''): AsyncGenerator<Figure> {
  const database = await makeDatabase()
  const settings = { REGISTRATION: 'open', LOGIN_MAX_FAILURES: '10000', MAX_CONNECTIONS: '1000' }
  const server = await run(tessera(database.file, settings).program)
  try {
    const requests = anonymousRequests(await forgedTokens(server, database))
    for (const request of requests.filter(({ name }) => name.includes(only)))
      yield await measure(server, request)
  } finally {
    await server.stop()
    database.remove()
  }
}

/** The median of the rounds, each beside 404s on as many connections. */
async function measure(server: Running, request: AnonymousRequest): Promise<Figure> {
  const { name, isBudgeted = false } = request
  await cpuOf(server, { ...request, requests: 10 })
  const found = []
  for (let round = 0; round < rounds; round++) {
    const base = await cpuOf(server, { ...notFound, closes: request.closes ?? false })
    const { micros, statuses } = await cpuOf(server, request)
    found.push({ micros, statuses, ratio: micros / base.micros })
  }
  return {
    name: name.slice(0, 52),
    isBudgeted,
    statuses: found[0]?.statuses ?? '',
    micros: median(found.map(({ micros }) => micros)),
    ratio: median(found.map(({ ratio }) => ratio)),
  }
}

/** µs of CPU per request. */
async function cpuOf(
  server: Running,
  {
    bytes,
    closes = false,
    requests = requestsPerRound,
  }: AnonymousRequest & { readonly requests?: number },
): Promise<{
  micros: number
  statuses: string
}> {
  const before = server.cpu()
  const connections = closes ? requests : 4
  const { statuses } = await load({
    port: server.port,
    connections,
    requests,
    request: () => bytes,
  })
  return { micros: (server.cpu() - before) / requests, statuses: [...statuses.keys()].join(' ') }
}

/** A token of every algorithm, with the key id of the server and with an unknown one. */
async function forgedTokens(
  { port }: Running,
  database: BenchDatabase,
): Promise<Record<string, string>> {
  const jwks = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`)
  const { keys } = (await jwks.json()) as { keys: { kid: string }[] }
  const payload = database.tokens[0]?.split('.')[1] ?? ''
  const kids = { 'a known key': keys[0]?.kid, 'an unknown key': 'unknown' }
  const tokens = Object.entries(kids).flatMap(([key, kid]) =>
    ['none', 'HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'].map((alg) => {
      const header = Buffer.from(JSON.stringify({ alg, kid, typ: 'at+jwt' })).toString('base64url')
      const signature = randomBytes(256).toString('base64url')
      return [`${alg}, ${key}`, `${header}.${payload}.${signature}`] as const
    }),
  )
  return Object.fromEntries(tokens)
}
