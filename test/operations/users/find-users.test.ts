import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserList } from '../../../generated/api.ts'
import { addAccount, changeAccount } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token({ username: 'admin', password: 'administrator123' }))
  for (const username of ['Straße', 'carol', 'dave', 'erin'])
    await addAccount(server, { username, passwordHash: 'none' })
  for (const username of ['carol', 'dave', 'erin'])
    await changeAccount(server, username, { email: 'Team@Example.com' })
  for (const username of ['migrated', 'merged'])
    await addAccount(server, { username, passwordHash: 'none', externalId: 'Auth0|42' })
})
afterAll(() => server.stop())

const page = (query: string) => jsonOf<UserList>(admin('GET', `/users?${query}`))
const found = async (query: string) => (await page(query)).items.map(({ username }) => username)

describe('GET /users', () => {
  it.each(['JohnDoe', 'ｊｏｈｎｄｏｅ'])(
    'finds johndoe as %s, and no other account',
    async (name) => {
      expect(await found(`username=${encodeURIComponent(name)}`)).toEqual(['johndoe'])
    },
  )

  it('finds a name in every equivalent spelling [E6]', async () => {
    for (const name of ['STRASSE', 'strasse', 'STRAẞE', 'straẞe'])
      expect(await found(`username=${encodeURIComponent(name)}`)).toEqual(['Straße'])
  })

  it('finds the accounts with an e-mail address, in any case, page by page', async () => {
    expect(await found('email=JOHNDOE@example.com')).toEqual(['johndoe'])
    const first = await page('email=team@example.com&limit=2')
    expect(first.items.map(({ username }) => username)).toEqual(['carol', 'dave'])
    expect(await found(`email=team@example.com&limit=2&cursor=${first.next}`)).toEqual(['erin'])
  })

  it('finds the accounts with an external id, page by page [K52]', async () => {
    const first = await page('external_id=Auth0%7C42&limit=1')
    expect(first.items.map(({ username }) => username)).toEqual(['merged'])
    expect(await found(`external_id=Auth0%7C42&limit=1&cursor=${first.next}`)).toEqual(['migrated'])
    for (const other of ['auth0%7C42', '42', 'Auth0'])
      expect(await found(`external_id=${other}`)).toEqual([])
    expect(await found('external_id=Auth0%7C42&username=migrated')).toEqual(['migrated'])
  })

  it('finds no account by part of a name or address', async () => {
    expect(await found('username=john')).toEqual([])
    expect(await found('email=doe@example.com')).toEqual([])
    expect(await found('username=johndoe&email=team@example.com')).toEqual([])
  })

  it('returns 404 for the cursor of a different search', async () => {
    const { next } = await page('email=team@example.com&limit=2')
    for (const query of ['', 'email=johndoe@example.com&', 'username=carol&'])
      await expectProblem(
        await admin('GET', `/users?${query}cursor=${next}`),
        404,
        'unknown_cursor',
      )
  })
})
