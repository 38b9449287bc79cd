/** What PostgreSQL, or what speaks its protocol, says of a transaction decides whether it is tried again. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../harness/database.ts'
import { expectProblem } from '../harness/error-responses.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

describe('an insert that PostgreSQL refuses', () => {
  let server: TestServer
  let token: string
  beforeAll(async () => {
    server = await testServer()
    token = await server.token()
    await sql('create sequence tries')
  })
  afterAll(() => server.stop())

  const sql = (text: string) => ask(server.services.config.database, text)

  /** How often the statement was run: what a sequence counts is not rolled back. */
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
    'is tried again after %s, four times, then 503 [J4]',
    async (code) => {
      expect(await triesWith(code)).toBe(4)
    },
  )

  it('is not tried again after 40003: nobody knows whether it has happened [J4]', async () => {
    expect(await triesWith('40003')).toBe(1)
  })
})
