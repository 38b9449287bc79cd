/** SIGTERM, while everybody is asking. */
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { processesOf } from '../harness/command.ts'
import { rawRequest, responseOf } from '../harness/raw-request.ts'
import { faultDatabase } from './fault-database.ts'
import { ask, type FaultServer, serve, type Tokens, tokensIn } from './fault-server.ts'
import { askOn, idle, pipelineOn, type Tally } from './keeping-clients.ts'

const johndoe = { username: 'johndoe', password: 'correct horse battery staple' }
const loginForm = new URLSearchParams(johndoe).toString()
const ofForm = { 'content-type': 'application/x-www-form-urlencoded' }

async function registered({ url }: FaultServer): Promise<Tokens> {
  await ask(url, 'POST', '/users', { json: johndoe })
  const answer = await ask(url, 'POST', '/token', { form: johndoe })
  if (answer?.status !== 200) throw new Error(`no login: ${answer?.text}`)
  return tokensIn(answer)
}

/** What /readyz says, over a connection of its own each time, until nobody listens any more. */
async function readiness({ url }: FaultServer): Promise<number[]> {
  const said: number[] = []
  for (;;) {
    // Of two workers, who comes when the last one closes is neither refused nor served before the first process ends.
    const answer = await Promise.race([
      rawRequest(`${url}/readyz`).catch(() => undefined),
      setTimeout(5_000),
    ])
    if (!answer) return said
    said.push(answer.status)
    await setTimeout(5)
  }
}

/** A login whose head arrives now and whose body when it is called. */
function lateLogin({ url }: FaultServer): () => Promise<Response> {
  const headers = { ...ofForm, 'content-length': loginForm.length }
  const sent = request(`${url}/token`, { method: 'POST', headers, agent: false })
  const answered = new Promise<Response>((answer, failed) => {
    sent.on('error', failed).on('response', (response) => answer(responseOf(response)))
  })
  // Whoever waits for it sees how it fails.
  answered.catch(() => {})
  sent.flushHeaders()
  return () => {
    sent.end(loginForm)
    return answered
  }
}

const times = <Each>(many: number, each: () => Each): Each[] => Array.from({ length: many }, each)

async function ended(socket: Socket): Promise<void> {
  socket.resume()
  if (!socket.closed) await once(socket, 'close')
}

describe.each(['1', '2'])('a server with WORKERS=%s that is told to end', (workers) => {
  const start = async (more: Record<string, string> = {}) => {
    const { url, settings } = await faultDatabase()
    return await serve(url, { ...settings, WORKERS: workers, ...more })
  }

  it('is ready no more, answers what it has accepted, cuts nobody, and ends with 0', async () => {
    const server = await start({ DRAIN_SECONDS: '2' })
    const { url } = server
    const { access } = await registered(server)
    const tally: Tally = { answered: 0, cut: [] }
    const reading = { path: '/users/me', headers: { authorization: `Bearer ${access}` } }
    const login = { method: 'POST', path: '/token', headers: ofForm, body: loginForm }
    const clients = [
      ...times(8, () => askOn(url, reading, tally)),
      ...times(2, () => askOn(url, login, tally)),
      ...times(4, () => pipelineOn(url, access, tally)),
    ]
    const idlers = await Promise.all([
      ...times(20, () => idle(url)),
      ...times(20, () => idle(url, '/healthz')),
    ])
    const finishLogin = lateLogin(server)
    const ready = readiness(server)
    await setTimeout(500)
    const before = tally.answered
    const exit = server.end('SIGTERM')
    await setTimeout(200)
    await Promise.all(times(4, () => pipelineOn(url, access, tally)))
    await Promise.all(clients)
    const said = await ready
    expect((await finishLogin()).status).toBe(200)
    await Promise.all(idlers.map(ended))
    expect(await exit).toBe(0)
    expect(tally.cut).toEqual([])
    expect(tally.answered).toBeGreaterThan(before)
    expect(said[0]).toBe(200)
    expect(said.at(-1)).toBe(503)
  }, 60_000)

  it('cuts nobody where nothing has to notice', async () => {
    const server = await start()
    const { access } = await registered(server)
    const tally: Tally = { answered: 0, cut: [] }
    const reading = { path: '/users/me', headers: { authorization: `Bearer ${access}` } }
    const clients = times(16, () => askOn(server.url, reading, tally))
    await setTimeout(300)
    expect(await server.end('SIGTERM')).toBe(0)
    await Promise.all(clients)
    expect(tally.cut).toEqual([])
    expect(tally.answered).toBeGreaterThan(clients.length)
  }, 60_000)

  it('answers what it has accepted when its terminal is closed', async () => {
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

  it('ends at once, and not with 0, when it is told twice', async () => {
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
