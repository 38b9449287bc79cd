/** `testServer`, as tests of a server that is built on ours use it. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer } from '../src/create-server.ts'
import { builtInOperations, type TestServer, testServer } from '../src/testing.ts'
import { type NotesTables, notesOptions, notesServer } from './harness/notes.ts'

let server: TestServer<NotesTables>
beforeAll(async () => {
  server = await testServer(notesServer)
})
afterAll(() => server.close())

describe('testServer', () => {
  it('has tokens with certain scopes, and no others [N13]', async () => {
    const token = await server.token(['notes:read'])
    expect((await server.fetch('/notes', { token })).status).toBe(200)
    const refused = await server.fetch('/notes', { method: 'POST', token, json: { text: 'milk' } })
    expect(refused.status).toBe(403)
    const other = await server.token(['notes:write'])
    expect((await server.fetch('/notes', { token: other })).status).toBe(403)
    const added = await server.fetch('/notes', {
      method: 'POST',
      token: other,
      json: { text: 'milk' },
    })
    expect([added.status, await added.json()]).toEqual([201, { text: 'milk' }])
    const rows = server.db.selectFrom('app_notes').select('text')
    expect(await rows.execute()).toEqual([{ text: 'milk' }])
  })

  it('has accounts that have logged in, with the scopes of a new account or others [N13]', async () => {
    const { token, userId, username, password } = await server.account()
    expect(await (await server.fetch('/users/me', { token })).json()).toMatchObject({
      user_id: userId,
      username,
      scopes: ['me:read', 'me:write', 'notes:read'],
    })
    const form = new URLSearchParams({ username, password })
    expect((await server.fetch('/token', { method: 'POST', body: form })).status).toBe(200)
    const ada = await server.account({ username: 'ada', scopes: ['*'] })
    const narrow = await server.token(['notes:*'], ada)
    const response = await server.fetch('/users/me', { token: narrow })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      403,
      expect.stringContaining('scope="me:read"'),
    ])
    await expect(server.account({ username: 'ADA' })).rejects.toThrow('the username ADA is taken')
  })

  it('says which scopes there are [N13]', async () => {
    await expect(server.token(['note:read'])).rejects.toThrow(
      'account: note:read is no scope of the contract: use me:read me:write',
    )
    const ada = await server.account({ username: 'bea', scopes: ['me:read'] })
    await expect(server.token(['notes:read'], ada)).rejects.toThrow(
      'token: notes:read is no scope of the account bea: use me:read',
    )
  })

  it('has a clock that the test advances: tokens expire [N13]', async () => {
    const start = Date.parse('2031-05-01T12:00:00Z')
    await using late = await testServer(notesServer, { now: () => start })
    const { token } = await late.account()
    const read = () => late.fetch('/users/me', { token })
    expect(await (await read()).json()).toMatchObject({ created_at: '2031-05-01T12:00:00.000Z' })
    late.clock.advance(29 * 60_000)
    expect((await read()).status).toBe(200)
    late.clock.advance(2 * 60_000)
    expect((await read()).status).toBe(401)
    expect(late.clock.now()).toBe(start + 31 * 60_000)
  })

  it('has its clock and its log in onAccountDeleted [N8]', async () => {
    const start = Date.parse('2031-05-01T12:00:00Z')
    await using late = await testServer<NotesTables>(notesServer, { now: () => start })
    late.clock.advance(5)
    const { token, userId, password } = await late.account()
    const json = { current_password: password }
    const deletion = await late.fetch('/users/me/deletion', { method: 'POST', token, json })
    expect(deletion.status).toBe(204)
    const farewells = await late.db.selectFrom('app_farewells').selectAll().execute()
    const id = expect.stringMatching(/^f_.{22}$/)
    expect(farewells).toEqual([{ farewell_id: id, user_id: userId, notes: 0, said_at: start + 5 }])
    expect(late.log()).toContain('"msg":"farewell"')
  })

  it('throws why the server failed rather than return a 500, unless the test asks for it [N13]', async () => {
    const failing = createServer({
      ...notesOptions,
      handlers: (services) => ({
        ...notesOptions.handlers(services),
        readMotto: () => {
          throw new TypeError('no motto', { cause: new Error('the file is empty') })
        },
        listNotes: () => Promise.reject('no error'),
      }),
    })
    await using server = await testServer(failing)
    const failed =
      /^The server failed: TypeError: no motto: the file is empty\n +at .*testing\.test/
    await expect(server.fetch('/motto')).rejects.toThrow(failed)
    expect((await server.fetch('/motto', { mayFail: true })).status).toBe(500)
    const token = await server.token(['notes:read'])
    const list = server.fetch('/notes', { token })
    await expect(list).rejects.toThrow(/^The server failed: no error$/)
    await using silent = await testServer(failing, { settings: { LOG_LEVEL: 'silent' } })
    await expect(silent.fetch('/motto')).rejects.toThrow('its log has no cause: raise LOG_LEVEL')
  })

  it('checks each reply, and keeps the cause of a 500 in its log [N13]', async () => {
    const body: { text: string; texts?: string } = { text: 'It is true.', texts: 'undeclared' }
    const lying = createServer({
      ...notesOptions,
      handlers: (services) => ({
        ...notesOptions.handlers(services),
        readMotto: (_request, respond) => respond[200]({ headers: {}, body: body as never }),
      }),
    })
    await using wrong = await testServer(lying)
    await expect(wrong.fetch('/motto')).rejects.toThrow(
      'additional properties {"additionalProperty":"texts"}',
    )
    expect(wrong.log()).toContain('texts')
  })

  it('has its own data and reads no environment; settings replace its defaults [N13]', async () => {
    process.env.PASSWORD_MIN_LENGTH = 'invalid'
    const settings = { REGISTRATION: 'open', PASSWORD_MIN_LENGTH: '8' }
    await using other = await testServer(notesServer, { settings })
    delete process.env.PASSWORD_MIN_LENGTH
    const json = { username: 'ada', password: 'zebra-97-lamp' }
    expect((await other.fetch('/users', { method: 'POST', json })).status).toBe(201)
    const token = await other.token(['users:read'])
    const { items } = JSON.parse(await (await other.fetch('/users', { token })).text())
    expect(items.map(({ username }: { username: string }) => username)).toEqual([
      'ada',
      'test-user-1',
    ])
    const url = other.url
    await other.close()
    await expect(fetch(url)).rejects.toThrow()
  })

  it('says which operations have built-in handlers: not those with one of their own [N13]', async () => {
    const replaced = createServer({
      ...notesOptions,
      handlers: (services) => ({
        ...notesOptions.handlers(services),
        readUsersMe: () => Promise.reject(new Error('never called')),
      }),
    })
    const { contract } = notesOptions
    const all = await builtInOperations(notesServer, contract)
    expect(all).toContain('issueToken')
    expect(all).not.toContain('listNotes')
    const others = all.filter((id) => id !== 'readUsersMe')
    expect(others).toHaveLength(all.length - 1)
    expect(await builtInOperations(replaced, contract)).toEqual(others)
  })

  it('works in node:test, prints nothing, and lets the process end [N13]', () => {
    const file = fileURLToPath(new URL('harness/notes-node-test.ts', import.meta.url))
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], {
      encoding: 'utf8',
      env,
      timeout: 120_000,
    })
    expect(run.status, run.stdout + run.stderr).toBe(0)
    expect(run.stdout).toContain('# pass 1')
    expect(run.stdout).not.toContain('"level"')
    expect(run.stderr).toBe('')
  })
})
