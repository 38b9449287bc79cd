import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandDatabase, type Outcome, tessera } from '../harness/command.ts'
import { ask } from '../harness/database.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { postToken } from '../harness/token-request.ts'

const password = 'correct horse battery'

let database: Readonly<Record<string, string>>
let server: TestServer
let tokens: { readonly access_token: string; readonly refresh_token: string }
beforeEach(async () => {
  database = await commandDatabase()
  server = await testServer({ settings: database })
  tokens = JSON.parse(await (await server.login()).text())
})
afterEach(() => server.stop())

const user = (args: readonly string[], input = `${password}\n`): Promise<Outcome> =>
  tessera(['user', ...args], { input, settings: { ...database, BCRYPT_COST: '10' } })

const statusOf = async (form: Record<string, string>) => (await server.login(form)).status

/** The responses to the earlier tokens, from the API and from /token. */
async function answersToTokens(): Promise<number[]> {
  const { access_token, refresh_token } = tokens
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token }).toString()
  const results = [await server.get('/users/me', access_token), await postToken(server, form)]
  return results.map(({ status }) => status)
}

describe('tessera user password', () => {
  it('changes the password, and ends the sessions of a running server [D7, F8]', async () => {
    const changed = await user(['password', 'JohnDoe'])
    expect(changed).toMatchObject({ status: 0, out: 'changed the password of JohnDoe\n' })
    expect(changed.err).not.toContain(password)
    expect(await answersToTokens()).toEqual([401, 400])
    expect(await statusOf({})).toBe(401)
    expect(await statusOf({ password })).toBe(200)
  })

  it('rejects a password that is too short, and changes nothing', async () => {
    expect(await user(['password', 'johndoe'], 'short\n')).toMatchObject({
      status: 1,
      err: 'tessera: the password must have at least 15 characters\n',
    })
    expect(await answersToTokens()).toEqual([200, 200])
    expect(await statusOf({})).toBe(200)
  })
})

describe('tessera user delete', () => {
  it('deletes the account with its sessions; a later account of that name is a different one [D7, F8, E6]', async () => {
    const before: { user_id: string } = JSON.parse(
      await (await server.get('/users/me', tokens.access_token)).text(),
    )
    expect(await user(['delete', 'johndoe'])).toMatchObject({
      status: 0,
      out: 'deleted johndoe\n',
    })
    expect(await answersToTokens()).toEqual([401, 400])
    expect(await statusOf({})).toBe(401)
    expect((await user(['list'])).out).not.toMatch(/johndoe/)
    const added = await user(['add', 'johndoe'])
    expect(added.out).toMatch(/^added johndoe \(u_/)
    expect(added.out).not.toContain(before.user_id)
    expect(await answersToTokens()).toEqual([401, 400])
    await user(['delete', 'johndoe'])
    const again = await user(['add', 'johndoe'])
    expect(again.out).toMatch(/^added johndoe \(u_/)
    expect(again.out).not.toBe(added.out)
  })

  it('deletes all data of the account', async () => {
    const rows = async (table: string) =>
      (await ask(server.services.config.database, `select * from ${table}`)).length
    expect([await rows('sessions'), await rows('items')]).toEqual([1, 1])
    await user(['delete', 'johndoe'])
    expect([await rows('sessions'), await rows('items')]).toEqual([0, 0])
  })
})

describe('tessera user password and delete', () => {
  it.each(['password', 'delete'])('%s reports an unknown account', async (what) => {
    expect(await user([what, 'nobody'])).toMatchObject({
      status: 1,
      out: '',
      err: 'tessera: unknown user nobody\n',
    })
  })
})
