/** PostgreSQL hangs: what was given up counts against DATABASE_CONNECTIONS, and reads are served while commits wait for a standby. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, postgresSettings } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { testUser } from '../harness/test-user.ts'

const connections = 5

describe('a server whose PostgreSQL hangs', () => {
  let postgres: RunningPostgres
  let server: TestServer
  let token: string
  /** Of accounts of their own: writes of one account wait for each other. */
  const writers: string[] = []
  beforeAll(async () => {
    postgres = await startPostgres()
    const settings = {
      ...postgresSettings(postgres.url),
      DATABASE_CONNECTIONS: String(connections),
    }
    server = await testServer({ settings })
    token = await server.token()
    for (let n = 0; n < 6; n += 1) writers.push((await testUser(server)).token)
  })
  afterAll(async () => {
    await server.stop()
    await postgres.remove()
  })

  const sql = (text: string) => ask({ kind: 'postgres', url: postgres.url }, text)

  /** The processes that serve the server. */
  async function backends(which = 'true'): Promise<number[]> {
    const rows = await sql(
      `select pid from pg_stat_activity where application_name = 'tessera' and ${which}`,
    )
    return rows.map(({ pid }) => Number(pid))
  }

  /** A commit waits for ever for a standby of this name; '' is none. */
  async function waitForStandby(name: string): Promise<void> {
    await sql(`alter system set synchronous_standby_names = '${name}'`)
    await sql('select pg_reload_conf()')
  }

  const read = async () => (await server.get('/users/me', token)).status

  let items = 0
  async function write(by = token): Promise<number> {
    items += 1
    const response = await fetch(`${server.url}/users/me/items`, {
      method: 'POST',
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/json' },
      body: JSON.stringify({ item_id: `item-${items}` }),
    })
    await response.arrayBuffer()
    return response.status
  }

  it('serves reads while commits wait for a standby, and does not exceed its connections [J4, J14]', async () => {
    await waitForStandby('nobody')
    const waiting = "wait_event = 'SyncRep'"
    const statuses: number[] = []
    for (let round = 0; round < 3; round += 1) {
      const writes = Promise.all(writers.map((writer) => write(writer)))
      for (let reads = 0; reads < 5; reads += 1) expect(await read()).toBe(200)
      statuses.push(...(await writes))
      for (let reads = 0; reads < 5; reads += 1) expect(await read()).toBe(200)
      expect((await backends()).length).toBeLessThanOrEqual(connections)
    }
    expect(new Set(statuses)).toEqual(new Set([503]))
    // No commit was canceled, which would have committed it without the standby.
    expect(await backends(waiting)).toHaveLength(connections - 2)

    await waitForStandby('')
    await expect.poll(() => write()).toBe(201)
    await expect.poll(() => backends(waiting)).toEqual([])
    expect((await backends()).length).toBeLessThanOrEqual(connections)
    const kept = await sql("select item_id from items where item_id like 'item-%'")
    expect(kept.length).toBeGreaterThan(connections - 2)
  })

  it('opens no connections in place of those whose process hangs, and uses them again [J4, J14]', async () => {
    const stopped = new Set<number>()
    let statuses: number[] = []
    try {
      for (let round = 0; round < 4; round += 1) {
        for (const pid of await backends()) {
          if (signal(pid, 'SIGSTOP')) stopped.add(pid)
        }
        statuses = await Promise.all(Array.from({ length: 2 * connections }, read))
        // One more may look whether the others still work.
        expect((await backends()).length).toBeLessThanOrEqual(connections + 1)
      }
      expect(new Set(statuses)).toEqual(new Set([503]))
    } finally {
      for (const pid of stopped) signal(pid, 'SIGCONT')
    }
    await expect.poll(read).toBe(200)
    await expect.poll(() => write()).toBe(201)
    expect((await backends()).length).toBeLessThanOrEqual(connections + 1)
  })
})

/** False if the process has ended. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, name)
  } catch {
    return false
  }
}
