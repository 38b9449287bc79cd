/** The SQLSTATE of an error decides whether a transaction is retried. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../harness/database.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

describe('an insert that PostgreSQL rejects', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await testServer()
    token = await server.token()
    await sql('create sequence tries')
  })
  afterAll(() => server.stop())

  const sql = (text: string) => ask(server.services.config.database, text)

  /** The number of attempts, counted by a sequence, because sequences are not rolled back. */
  async function triesWith(sqlState: string): Promise<number> {
    await sql(`create or replace function refuse() returns trigger language plpgsql as
      $$ begin perform nextval('tries'); raise sqlstate '${sqlState}'; end $$`)
    await sql('create or replace trigger refuse before insert on items execute function refuse()')
    await sql("select setval('tries', 1, false)")
    const response = await fetch(`${server.url}/users/me/items`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ item_id: 'one' }),
    })
    await expectProblem(response, 503, 'temporarily_unavailable')
    const [row] = await sql('select last_value::int as tries from tries')
    return Number(row?.tries)
  }

  it.each(['40001', '40P01'])(
    'is tried four times after %s, then returns 503 [J4]',
    async (code) => {
      expect(await triesWith(code)).toBe(4)
    },
  )

  it('is not retried after 40003, because it may have been committed [J4]', async () => {
    expect(await triesWith('40003')).toBe(1)
  })
})
