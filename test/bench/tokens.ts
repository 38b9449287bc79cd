/** What a refresh, an introspection and a revocation cost on a durable store, and what one fsync costs beside them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { demoClient } from '../../src/commands/demo.ts'
import type { Ready } from './contender.ts'

const sessions = 20
const rounds = 200
const agent = new Agent({ keepAlive: true, maxSockets: sessions })
const child = fork(new URL('./contender.ts', import.meta.url), ['Tessera, on disk'])
const [{ port }] = (await once(child, 'message')) as [Ready]

interface Tokens {
  readonly access_token: string
  readonly refresh_token: string
}

async function post(path: string, form: Record<string, string>): Promise<string> {
  const body = new URLSearchParams(form).toString()
  const headers = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': Buffer.byteLength(body),
  }
  const sent = request({ port, path, method: 'POST', agent, headers })
  sent.end(body)
  const [answer] = await once(sent, 'response')
  const received = await text(answer)
  if (answer.statusCode !== 200) throw new Error(received)
  return received
}

async function cpu(server: ChildProcess): Promise<number> {
  server.send('cpu')
  const [{ user, system }] = (await once(server, 'message')) as [NodeJS.CpuUsage]
  return user + system
}

/** Runs so many requests in each session, one behind the other, and all sessions at once. */
async function measure(
  name: string,
  times: number,
  step: (session: number) => Promise<unknown>,
): Promise<void> {
  const [before, begun] = [await cpu(child), performance.now()]
  const run = async (session: number) => {
    for (let time = 0; time < times; time++) await step(session)
  }
  await Promise.all(Array.from({ length: sessions }, (_, session) => run(session)))
  const seconds = (performance.now() - begun) / 1000
  const cost = ((await cpu(child)) - before) / (sessions * times)
  const rate = (sessions * times) / seconds
  process.stdout.write(
    `${name.padEnd(16)} ${cost.toFixed(0).padStart(5)} µs CPU   ${rate.toFixed(0).padStart(6)}/s\n`,
  )
}

const live: Tokens[] = []
for (let session = 0; session < sessions; session++) {
  const login = { username: 'johndoe', password: 'secret123' }
  live.push(JSON.parse(await post('/token', login)))
}
const tokensOf = (session: number): Tokens => {
  const tokens = live[session]
  if (!tokens) throw new Error(`no session ${session}`)
  return tokens
}
const service = { client_id: demoClient.clientId, client_secret: demoClient.secret }
const refresh = async (session: number) => {
  const { refresh_token } = tokensOf(session)
  live[session] = JSON.parse(await post('/token', { grant_type: 'refresh_token', refresh_token }))
}
await measure('(warming up)', 50, refresh)
await measure('refresh', rounds, refresh)
await measure('introspection', rounds, (session) =>
  post('/introspect', { token: tokensOf(session).access_token, ...service }),
)
await measure('revocation', 1, (session) =>
  post('/revoke', { token: tokensOf(session).refresh_token }),
)
child.kill()
agent.destroy()
process.stdout.write(
  `one fsync        ${fsyncCost().toFixed(0).padStart(5)} µs, the median of 200\n`,
)

/** In µs: 4 KiB written and made durable, beside where the database was. */
function fsyncCost(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const file = openSync(join(folder, 'fsync'), 'w')
  const costs = Array.from({ length: 200 }, () => {
    const begun = performance.now()
    writeSync(file, Buffer.alloc(4096))
    fsyncSync(file)
    return (performance.now() - begun) * 1000
  })
  closeSync(file)
  rmSync(folder, { recursive: true })
  return costs.toSorted((a, b) => a - b)[100] ?? 0
}
