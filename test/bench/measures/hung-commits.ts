/** What three servers with ten connections each do while every commit hangs, as with a synchronous standby that does not answer. */
import { setTimeout as pause } from 'node:timers/promises'
import { hashSync } from 'bcrypt'
import { Client } from 'pg'
import { newUser } from '../../../src/accounts/new-user.ts'
import { openStore } from '../../../src/store/store.ts'
import { startPostgres } from '../../harness/embedded-postgres.ts'
import { tessera } from '../contenders.ts'
import { get, type LoadResult, load, post } from '../load.ts'
import { type Running, run } from '../process.ts'
import type { Result } from '../target.ts'

const servers = 3
const connections = 10
const writers = 15
const readers = 5
const milliseconds = 4_000
const password = 'correct horse battery staple'

const names = (server: number) => Array.from({ length: writers }, (_, n) => `user-${server}-${n}`)

export async function measureHungCommits(): Promise<Result[]> {
  const postgres = await startPostgres()
  const watch = new Client({ connectionString: postgres.url })
  await watch.connect()
  const count = async (condition: string) => {
    const { rows } = await watch.query<{ n: number }>(
      `select count(*)::int n from pg_stat_activity where application_name = 'tessera' and ${condition}`,
    )
    return rows[0]?.n ?? 0
  }
  const waitFor = async (standby: string) => {
    await watch.query(`alter system set synchronous_standby_names = '${standby}'`)
    await watch.query('select pg_reload_conf()')
  }
  const running: Running[] = []
  try {
    await addAccounts(postgres.url)
    for (let n = 0; n < servers; n += 1) running.push(await run(serverOf(postgres.url)))
    const tokens = await Promise.all(running.map(({ port }, n) => logIn(port, names(n))))
    await waitFor('none')
    const loads = Promise.all(running.map(({ port }, n) => writeAndRead(port, tokens[n] ?? [])))
    let [isLoaded, most] = [true, 0]
    void loads.finally(() => {
      isLoaded = false
    })
    while (isLoaded) {
      most = Math.max(most, await count('true'))
      await pause(50)
    }
    const reads = (await loads).map(({ reads }) => reads)
    const waiting = await count(`wait_event = 'SyncRep'`)
    await waitFor('')
    const first = await firstWrite(running[0]?.port ?? 0, tokens[0]?.[0] ?? '')
    const served = sum(reads.map(({ statuses }) => statuses.get(200) ?? 0))
    const refused = sum(reads.map(({ statuses }) => sum([...statuses.values()]))) - served
    return [
      {
        what: `8 backends of ${servers} servers × ${connections} connections while commits hang`,
        value: most,
        unit: '',
        // One more each for a moment (requirement J14).
        atMost: servers * (connections + 1),
      },
      { what: '8 … waiting for the standby at the end', value: waiting, unit: '' },
      { what: '8 … reads served meanwhile', value: served, unit: '' },
      { what: '8 … reads refused', value: refused, unit: '', atMost: 0 },
      { what: '8 … first write after the standby is back', value: first, unit: 'ms', atMost: 1000 },
    ]
  } finally {
    await watch.end()
    for (const { stop } of running) await stop()
    await postgres.remove()
  }
}

function serverOf(url: string) {
  const settings = {
    DATABASE_CONNECTIONS: String(connections),
    SECRET_KEY: 's'.repeat(64),
    BCRYPT_COST: '10',
  }
  return tessera(url, settings).program
}

async function addAccounts(url: string): Promise<void> {
  const store = openStore({ kind: 'postgres', url })
  const passwordHash = hashSync(password, 10)
  const scopes = ['me:read', 'items:write']
  for (let n = 0; n < servers; n += 1)
    for (const username of names(n))
      await store.users.add(newUser({ username, passwordHash, scopes }, Date.now()))
  await store.close()
}

async function logIn(port: number, usernames: readonly string[]): Promise<string[]> {
  const tokens: string[] = []
  for (const username of usernames) {
    const body = new URLSearchParams({ username, password })
    const response = await fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
    const { access_token } = (await response.json()) as { access_token: string }
    tokens.push(access_token)
  }
  return tokens
}

let items = 0
const addItem = (token: string) =>
  post('/users/me/items', JSON.stringify({ item_id: `item-${items++}` }), {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
  })

async function writeAndRead(
  port: number,
  tokens: readonly string[],
): Promise<{ reads: LoadResult }> {
  const own = (connection: number) => tokens[connection] ?? ''
  const [reads] = await Promise.all([
    load({
      port,
      connections: readers,
      milliseconds,
      request: (_number, connection) =>
        get('/users/me', { Authorization: `Bearer ${own(connection)}` }),
    }),
    load({
      port,
      connections: writers,
      milliseconds,
      request: (_number, connection) => addItem(own(connection)),
    }),
  ])
  return { reads }
}

/** Milliseconds until a write succeeds. */
async function firstWrite(port: number, token: string): Promise<number> {
  const start = performance.now()
  for (;;) {
    const { statuses } = await load({
      port,
      connections: 1,
      requests: 1,
      request: () => addItem(token),
    })
    if (statuses.has(201)) return performance.now() - start
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
