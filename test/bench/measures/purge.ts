/** What requests notice of the deletion of 100,000 expired rows of a table, on a disk, which keeps as many other rows. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { get, load, percentile } from '../load.ts'
import type { LoopDelay } from '../purge-server.ts'

const count = 100_000
const day = 86_400_000
const key = 'lower(hex(randomblob(32)))'
const user = '(select user_id from users limit 1)'
const agent = "'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'"

/** The rows of each table, which expire at a time. */
const rows: Readonly<Record<string, (expiry: number) => string>> = {
  sessions: (expiry) =>
    `sessions (session_id, user_id, client_id, scopes, user_agent, address, created_at, last_used_at, expires_at, idle_expires_at,
       family_hash, refresh_hash)
     select ${key}, ${user}, 'tessera', 'me:read', ${agent}, '192.0.2.1', n, n, ${expiry}, ${expiry}, ${key}, ${key}`,
  revoked_tokens: (expiry) => `revoked_tokens (jti, expires_at) select ${key}, ${expiry}`,
  attempts: (expiry) => `attempts (key, failures, expires_at) select ${key}, 1, ${expiry}`,
  attempted_passwords: (expiry) =>
    `attempted_passwords (key, mac, expires_at) select ${key}, ${key}, ${expiry}`,
  login_addresses: (expiry) => `login_addresses (key, expires_at) select ${key}, ${expiry}`,
  audit_events: (expiry) =>
    `audit_events (event_id, kind, origin, user_id, actor_id, client_id, session_id, address, created_at)
     select printf('%08x-%04x-7000-8000-%012x', (${expiry} + n) >> 16, (${expiry} + n) & 65535, n), 'login', 'http', ${user}, ${user},
       'tessera', ${key}, '192.0.2.1', ${expiry}`,
}

export const purgedTables = Object.keys(rows)

/** In milliseconds. */
export interface Delays {
  /** The times of `/healthz`. */
  readonly request: { readonly p50: number; readonly p99: number; readonly max: number }
  readonly loop: LoopDelay
}

/** With the table `none`, 10 seconds without a purge: the delays that the machine causes. */
export async function measurePurge(checkout: string, table: string): Promise<Delays> {
  const folder = mkdtempSync(join(tmpdir(), 'tessera-bench-'))
  const file = join(folder, 'tessera.db')
  const server = fork(new URL('../purge-server.ts', import.meta.url), [checkout], {
    env: { ...process.env, DATABASE_URL: file },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    const port = Number(await answer(server, 'start'))
    if (table !== 'none') fill(file, table)
    const request = () => get('/healthz')
    await load({ port, connections: 1, requests: 2_000, request })
    let isPurging = true
    const purged = answer(server, table === 'none' ? 'wait' : 'purge').finally(() => {
      isPurging = false
    })
    const all: number[] = []
    while (isPurging) {
      const { times } = await load({ port, connections: 1, requests: 20, request })
      all.push(...(times.get(200) ?? []))
    }
    const loop = (await purged) as LoopDelay
    const times = Float64Array.from(all).sort()
    const [p50 = 0, p99 = 0, max = 0] = [0.5, 0.99, 1].map((share) => percentile(times, share))
    return { request: { p50, p99, max }, loop }
  } finally {
    server.kill()
    await once(server, 'exit')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function answer(server: ChildProcess, message: 'start' | 'purge' | 'wait'): Promise<unknown> {
  server.send(message)
  const [reply] = await once(server, 'message')
  return reply
}

/** Expired rows, and as many that are kept. */
function fill(file: string, table: string): void {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  const add = rows[table] ?? (() => '')
  for (const expiry of [Date.now() - 400 * day, Date.now() + 400 * day])
    database.exec(
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${count}) insert into ${add(expiry)} from numbers`,
    )
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
}
