/** A test of the notes product as an adopter would write it for Node's own test runner: `node --test notes-node-test.ts`. */
import { deepEqual } from 'node:assert/strict'
import { after, it } from 'node:test'
import { testServer } from '../../src/testing.ts'
import { notesServer } from './notes.ts'

const server = await testServer(notesServer)
after(() => server.close())

it('keeps notes', async () => {
  const token = await server.token(['notes:read', 'notes:write'])
  await server.fetch('/notes', { method: 'POST', token, json: { text: 'milk' } })
  deepEqual(await (await server.fetch('/notes', { token })).json(), ['milk'])
})
