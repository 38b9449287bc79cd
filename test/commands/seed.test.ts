import { describe, expect, it } from 'vitest'
import { commandDatabase, tessera } from '../harness/command.ts'
import { notesServer } from '../harness/notes.ts'
import { testServer } from '../harness/test-server.ts'

describe('tessera seed', () => {
  it('adds the accounts and the client of the demo to an empty database, with events, once [N12]', async () => {
    const settings = await commandDatabase()
    const run = (...args: string[]) =>
      tessera(args, { settings: { ...settings, BCRYPT_COST: '10' } })
    const { out, err, status } = await run('seed')
    expect({ err, status }).toEqual({
      err: 'these passwords are public: for development only\n',
      status: 0,
    })
    expect(out).toMatch(
      /^added johndoe\/secret123\nadded alice\/.*\nadded admin\/.*\nadded the client /,
    )
    expect(await run('seed')).toEqual({
      out: '',
      err: 'tessera: the database has accounts: only an empty one can be seeded\n',
      status: 1,
    })
    const events = (await run('audit', 'tail', '--json')).out.trim().split('\n')
    expect(events.map((line) => JSON.parse(line).kind)).toEqual([
      'user_added',
      'user_added',
      'user_added',
      'client_added',
    ])
    const server = await testServer({ settings: { ...settings, BCRYPT_COST: '10' }, empty: true })
    expect((await server.login()).status).toBe(200)
    await server.stop()
  })

  it('gives the accounts the scopes of the product [N12]', async () => {
    const settings = await commandDatabase()
    const run = (...args: string[]) => tessera(args, { settings, cli: notesServer.cli })
    expect(JSON.parse((await run('seed', '--json')).out)).toMatchObject({
      users: [{ username: 'johndoe', password: 'secret123' }, {}, {}],
    })
    const { out } = await run('user', 'show', 'johndoe', '--json')
    expect(JSON.parse(out).scopes).toEqual(['me:read', 'me:write', 'notes:read'])
  })
})
