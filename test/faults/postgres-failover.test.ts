/** Two PostgreSQL servers in DATABASE_URL, of which one accepts writes: the server follows when the other one does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, postgresSettings } from '../harness/database.ts'
import { type RunningPostgres, startPostgres } from '../harness/embedded-postgres.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

describe('a server with two hosts in DATABASE_URL', () => {
  let hosts: RunningPostgres[] = []
  let server: TestServer
  beforeAll(async () => {
    hosts = [await startPostgres(), await startPostgres()]
    await acceptWritesOn(0)
    const [first, second] = hosts.map(({ url }) => new URL(url))
    const DATABASE_URL = `${first?.href.replace(/\/template$/, '')},${second?.host}/template?target_session_attrs=read-write`
    server = await testServer({ settings: { ...postgresSettings(DATABASE_URL) }, empty: true })
  })
  afterAll(async () => {
    await server.stop()
    for (const host of hosts) await host.remove()
  })

  const sql = (at: number, text: string) =>
    ask({ kind: 'postgres', url: hosts[at]?.url ?? '' }, text)

  async function acceptWritesOn(primary: number): Promise<void> {
    for (const at of hosts.keys()) {
      const isReadOnly = at === primary ? 'off' : 'on'
      await sql(at, `alter system set default_transaction_read_only = ${isReadOnly}`)
      await sql(at, 'select pg_reload_conf()')
    }
  }

  const connectionsOf = (at: number) =>
    sql(at, "select pid from pg_stat_activity where application_name = 'tessera'")
  const isReady = async () => (await server.get('/readyz')).status
  /** Counts a failure, which is a write: 503 if it fails. */
  const failedLogin = async () => (await server.login({ username: 'nobody' })).status

  it.each([1, 0])(
    'replaces its connections when a host becomes a standby (%#) [J15]',
    async (next) => {
      expect(await isReady()).toBe(200)
      await acceptWritesOn(next)
      await expect.poll(isReady).toBe(200)
      await expect.poll(failedLogin).toBe(401)
      await expect.poll(() => connectionsOf(1 - next)).toEqual([])
      expect((await connectionsOf(next)).length).toBeGreaterThan(0)
    },
  )

  it('uses the next host when one stops [J15]', async () => {
    expect(await failedLogin()).toBe(401)
    await acceptWritesOn(1)
    await hosts[0]?.stop()
    await expect.poll(isReady).toBe(200)
    await expect.poll(failedLogin).toBe(401)
    await hosts[0]?.start()
  })
})
