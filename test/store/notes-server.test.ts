/** The notes product over HTTP and its command line, on both stores. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createServer, productOf } from '../../src/create-server.ts'
import { ownAccess } from '../../src/store/own-data.ts'
import { addAccount } from '../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../harness/call.ts'
import { tessera } from '../harness/command.ts'
import { databaseOf } from '../harness/database.ts'
import { type NotesTables, notesOptions, notesServer } from '../harness/notes.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { administrator } from '../harness/test-user.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer({ product: productOf(notesServer) })
  admin = callAs(server, await server.token(administrator))
})
afterAll(() => server.stop())

const scopes = ['me:read', 'me:write', 'notes:read', 'notes:write']
const password = 'correct horse battery'

async function newcomer(username: string): Promise<{ userId: string; call: Call }> {
  const userId = await addAccount(server, { username, password, scopes })
  return { userId, call: callAs(server, await server.token({ username, password })) }
}

const farewells = async (userId: string) => {
  const { db } = ownAccess<NotesTables>(server.services.store)
  const rows = db.selectFrom('app_farewells').select('notes').where('user_id', '=', userId)
  return await rows.execute()
}

describe('a server with own tables', () => {
  it('keeps its rows, and a field of its own on an account [N9]', async () => {
    const { call } = await newcomer('nora')
    await call('POST', '/notes', { text: 'milk' })
    await call('POST', '/notes', { text: 'eggs' })
    expect(await jsonOf(call('GET', '/notes'))).toEqual(['milk', 'eggs'])
    expect(await jsonOf(call('GET', '/profile'))).toEqual({ username: 'nora' })
    await call('PUT', '/profile', { text: 'No' })
    await call('PUT', '/profile', { text: 'Nono' })
    expect(await jsonOf(call('GET', '/profile'))).toEqual({ username: 'nora', nickname: 'Nono' })
  })

  it('is told about each deleted account: by its owner, an administrator and the command line [N8]', async () => {
    const [own, other, third] = [
      await newcomer('otto'),
      await newcomer('oda'),
      await newcomer('olga'),
    ]
    for (const { call } of [own, other, third]) await call('POST', '/notes', { text: 'milk' })
    const deletion = await own.call('POST', '/users/me/deletion', { current_password: password })
    expect(deletion.status).toBe(204)
    expect((await admin('DELETE', `/users/${other.userId}`)).status).toBe(204)
    const settings = databaseOf(server.services)
    const removed = await tessera(['user', 'delete', 'olga'], { settings, cli: notesServer.cli })
    expect(removed).toMatchObject({ out: 'deleted olga\n', status: 0 })
    expect(JSON.parse(removed.err)).toMatchObject({ userId: third.userId, msg: 'farewell' })
    for (const { userId } of [own, other, third])
      expect(await farewells(userId)).toEqual([{ notes: 1 }])
  })

  it('keeps an account whose deletion its code refuses, in one line [N8]', async () => {
    await newcomer('orla')
    const { cli } = createServer({
      ...notesOptions,
      onAccountDeleted: () => Promise.reject(new Error('an invoice is open')),
    })
    const settings = databaseOf(server.services)
    expect(await tessera(['user', 'delete', 'orla'], { settings, cli })).toEqual({
      out: '',
      err: 'notes: the account was not deleted: onAccountDeleted: an invoice is open\n',
      status: 1,
    })
  })

  it('is refused by the command line of a server without these tables [N4]', async () => {
    const { err, status } = await tessera(['user', 'list'], {
      settings: databaseOf(server.services),
    })
    expect(status).toBe(1)
    expect(err).toMatch(/^tessera: the database was migrated by a different program/)
  })
})
