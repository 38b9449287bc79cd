/** Target 7: a fast start, and little memory that hostile requests do not increase. */
import { randomBytes } from 'node:crypto'
import { betterAuth, type Contender, seed, tessera } from '../contenders.ts'
import type { BenchDatabase } from '../database.ts'
import { get, load, post } from '../load.ts'
import { type Running, run } from '../process.ts'
import { median } from '../rounds.ts'
import type { Result } from '../target.ts'

const starts = 5
const hostile = 100_000

export async function measureStart({ file }: BenchDatabase): Promise<Result[]> {
  const { program } = tessera(file)
  const idle: number[] = []
  const times: number[] = []
  for (let start = 0; start < starts; start++) {
    const server = await run(program, '/users/me')
    times.push(server.startMs)
    idle.push(server.memory())
    await server.stop()
  }
  const server = await run(program, '/users/me')
  await sendHostile(server, hostile / 5)
  const before = server.memory()
  await sendHostile(server, hostile)
  const after = server.memory()
  await server.stop()
  return [
    { what: '7  start to first response', value: median(times), unit: 'ms', atMost: 1000 },
    { what: '7  memory, idle', value: median(idle), unit: 'MiB', atMost: 150 },
    {
      what: `7  memory after ${hostile.toLocaleString('en')} hostile requests ÷ before`,
      value: after / before,
      unit: '×',
      atMost: 1.1,
    },
    { what: '7  … in MiB', value: after, unit: 'MiB' },
    ...(await startOf(betterAuth(file))),
    ...(await startOfTheTutorial()),
  ]
}

/** Sends unknown tokens, usernames and media types. */
async function sendHostile({ port }: Running, requests: number): Promise<void> {
  const random = () => randomBytes(24).toString('base64url')
  const kinds = [
    () => get('/users/me', { Authorization: `Bearer ${random()}.${random()}.${random()}` }),
    () => post('/token', { username: random(), password: '' }),
    () =>
      post(
        '/token',
        { username: random(), password: random() },
        {
          'Content-Type': `application/json; x=${random()}`,
        },
      ),
    () => get(`/users/${random()}?${random()}=1`, { 'Content-Type': `text/${random()}` }),
  ]
  const request = (number: number) => kinds[number % kinds.length]?.() ?? ''
  await load({ port, connections: 20, requests, request })
}

async function startOfTheTutorial(): Promise<Result[]> {
  const contender = seed()
  return typeof contender === 'string' ? [] : startOf(contender)
}

async function startOf({ name, program, path }: Contender): Promise<Result[]> {
  const server = await run(program, path)
  const [value, memory] = [server.startMs, server.memory()]
  await server.stop()
  return [
    { what: `7  start of ${name}`, value, unit: 'ms' },
    { what: `7  memory of ${name}, idle`, value: memory, unit: 'MiB' },
  ]
}
