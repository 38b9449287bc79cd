/** SIGTERM under load. */
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { processesOf } from '../harness/command.ts'
import { rawRequest, responseOf } from '../harness/raw-request.ts'
import { faultDatabase } from './fault-database.ts'
import { ask, type FaultServer, serve, type Tokens, tokensIn } from './fault-server.ts'
import { askOn, idle, pipelineOn, type Tally } from './persistent-clients.ts'

const johndoe = { username: 'johndoe', password: 'correct horse battery staple' }
const loginForm = new URLSearchParams(johndoe).toString()
const ofForm = { 'content-type': 'application/x-www-form-urlencoded' }

async function registered({ url }: FaultServer): Promise<Tokens> {
  await ask(url, 'POST', '/users', { json: johndoe })
  const response = await ask(url, 'POST', '/token', { form: johndoe })
  if (response?.status !== 200) throw new Error(`no login: ${response?.text}`)
  return tokensIn(response)
}

/** Less than the time that a request may still arrive in after the last connection was accepted (5 s): a late body comes after it. */
const unansweredMs = 1_500

/** How long a server serves requests after the signal without DRAIN_SECONDS. */
const minDrainMs = 100

/** The statuses of /readyz, each over a new connection, until the server stops listening. */
async function readiness({ url }: FaultServer): Promise<number[]> {
  const said: number[] = []
  for (;;) {
    // With two workers, a connection during the close of the last one is neither accepted nor refused until the main process exits.
    const response = await Promise.race([
      rawRequest(`${url}/readyz`).catch(() => undefined),
      setTimeout(unansweredMs),
    ])
    if (!response) return said
    said.push(response.status)
    await setTimeout(5)
  }
}

/** Sends the header section of a login now; the returned function sends the body. */
function lateLogin({ url }: FaultServer): () => Promise<Response> {
  const headers = { ...ofForm, 'content-length': loginForm.length }
  const sent = request(`${url}/token`, { method: 'POST', headers, agent: false })
  const responded = new Promise<Response>((resolve, reject) => {
    sent.on('error', reject).on('response', (response) => resolve(responseOf(response)))
  })
  // The caller of the returned function handles a rejection.
  responded.catch(() => {})
  sent.flushHeaders()
  return () => {
    sent.end(loginForm)
    return responded
  }
}

const times = <Each>(many: number, each: () => Each): Each[] => Array.from({ length: many }, each)

async function ended(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

describe.each(['1', '2'])('a server with WORKERS=%s that is told to stop', (workers) => {
  const start = async (more: Record<string, string> = {}) => {
    const { url, settings } = await faultDatabase()
    return await serve(url, { ...settings, WORKERS: workers, ...more })
  }

  it('fails /readyz, completes accepted requests, cuts no connection, and exits with 0', async () => {
    const server = await start({ DRAIN_SECONDS: '2' })
    const { url } = server
    const { access } = await registered(server)
    const tally: Tally = { succeeded: 0, cut: [] }
    const reading = { path: '/users/me', headers: { authorization: `Bearer ${access}` } }
    const login = { method: 'POST', path: '/token', headers: ofForm, body: loginForm }
    const clients = [
      ...times(8, () => askOn(url, reading, tally)),
      ...times(2, () => askOn(url, login, tally)),
      ...times(4, () => pipelineOn(url, access, tally)),
    ]
    const idleSockets = await Promise.all([
      ...times(20, () => idle(url)),
      ...times(20, () => idle(url, '/healthz')),
    ])
    const finishLogin = lateLogin(server)
    const ready = readiness(server)
    await setTimeout(500)
    const before = tally.succeeded
    const exit = server.end('SIGTERM')
    await setTimeout(200)
    await Promise.all(times(4, () => pipelineOn(url, access, tally)))
    await Promise.all(clients)
    const said = await ready
    expect((await finishLogin()).status).toBe(200)
    await Promise.all(idleSockets.map(ended))
    expect(await exit).toBe(0)
    expect(tally.cut).toEqual([])
    expect(tally.succeeded).toBeGreaterThan(before)
    expect(said[0]).toBe(200)
    expect(said.at(-1)).toBe(503)
  }, 60_000)

  it('cuts no connection on which a request was sent in the minimum drain time', async () => {
    const server = await start()
    const { access } = await registered(server)
    const tally: Tally = { succeeded: 0, cut: [] }
    const reading = { path: '/users/me', headers: { authorization: `Bearer ${access}` } }
    const clients = times(16, () => askOn(server.url, reading, tally))
    await setTimeout(300)
    tally.promisedUntil = performance.now() + minDrainMs
    expect(await server.end('SIGTERM')).toBe(0)
    await Promise.all(clients)
    expect(tally.cut).toEqual([])
    expect(tally.succeeded).toBeGreaterThan(clients.length)
  }, 60_000)

  it('completes accepted requests when its terminal is closed', async () => {
    const server = await start()
    await registered(server)
    const finishLogin = lateLogin(server)
    await setTimeout(100)
    for (const pid of workers === '1' ? [] : processesOf(server)) process.kill(pid, 'SIGHUP')
    const exit = server.end('SIGHUP')
    await setTimeout(200)
    expect((await finishLogin()).status).toBe(200)
    expect(await exit).toBe(0)
  }, 30_000)

  it('exits immediately, not with 0, on a second signal', async () => {
    const server = await start({ DRAIN_SECONDS: '300' })
    const late = lateLogin(server)
    await setTimeout(100)
    process.kill(server.pid, 'SIGTERM')
    await expect
      .poll(async () => (await ask(server.url, 'GET', '/readyz'))?.status, { timeout: 10_000 })
      .toBe(503)
    expect(await server.end('SIGTERM')).toBe(1)
    await expect(late()).rejects.toThrow()
    expect(await ask(server.url, 'GET', '/readyz')).toBeUndefined()
  }, 30_000)
})

it('a server that is told to stop responds to the connections that wait to be accepted [J12]', async () => {
  const { url, settings } = await faultDatabase()
  const server = await serve(url, { ...settings, DRAIN_SECONDS: '1' })
  const exit = server.end('SIGTERM')
  await expect.poll(async () => (await ask(server.url, 'GET', '/readyz'))?.status).toBe(503)
  // Like a busy machine: the server sees the end of the drain time and all connections at once.
  process.kill(server.pid, 'SIGSTOP')
  const responses = times(50, () => rawRequest(`${server.url}/healthz`).catch(String))
  await setTimeout(1_500)
  process.kill(server.pid, 'SIGCONT')
  const statuses = (await Promise.all(responses)).map((each) =>
    typeof each === 'string' ? each : each.status,
  )
  expect(statuses).toEqual(times(50, () => 200))
  expect(await exit).toBe(0)
}, 30_000)
