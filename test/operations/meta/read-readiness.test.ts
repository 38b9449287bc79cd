import { describe, expect, it, onTestFinished } from 'vitest'
import { ask, isPostgres } from '../../harness/database.ts'
import { expectOAuthError, expectProblem } from '../../harness/error-responses.ts'
import { testServer } from '../../harness/test-server.ts'

/** Makes the table ignore inserts. */
const ignoreInserts = isPostgres
  ? 'create rule ignore_inserts as on insert to signing_keys do instead nothing'
  : 'create trigger ignore_inserts before insert on signing_keys begin select raise(ignore); end'

describe('GET /readyz returns 200', () => {
  it('while the store is available, with Cache-Control: no-store', async () => {
    const server = await testServer({ empty: true })
    const response = await server.get('/readyz')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual({ status: 'ready' })
    await server.stop()
  })
})

describe('GET /readyz returns 503', () => {
  it('if no signing key is available and none can be generated; so does POST /token [J4]', async () => {
    const server = await testServer()
    onTestFinished(() => server.stop())
    const { database } = server.services.config
    await ask(database, ignoreInserts)
    await ask(database, 'delete from signing_keys')
    await expectProblem(await server.get('/readyz'), 503, 'temporarily_unavailable')
    await expectOAuthError(await server.login(), 503, 'temporarily_unavailable')
  })

  it.runIf(isPostgres)('while the database is read-only [J4]', async () => {
    const server = await testServer()
    onTestFinished(() => server.stop())
    const { database } = server.services.config
    const set = async (change: string) => {
      const [row] = await ask(database, 'select current_database() as name')
      await ask(database, `begin read write; alter database ${row?.name} ${change}; commit`)
      await ask(database, reconnect)
    }
    await set('set default_transaction_read_only = on')
    await expect.poll(async () => (await server.get('/readyz')).status).toBe(503)
    await expectProblem(await server.get('/readyz'), 503, 'temporarily_unavailable')
    expect(server.log()).toContain('transaction_read_only is on')
    await set('reset default_transaction_read_only')
    await expect.poll(async () => (await server.get('/readyz')).status).toBe(200)
  })
})

/** Existing connections do not get the new setting. */
const reconnect = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'tessera'`
