/** The notes of accounts: who can read, create and delete which. */
import { type TestServer, testServer } from '@tessera-oauth/server/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { components } from '../generated/api.ts'
import { server } from '../src/server.ts'

type Schemas = components['schemas']

let running: TestServer
beforeAll(async () => {
  running = await testServer(server)
})
afterAll(() => running.close())

const create = (token: string, text: string) =>
  running.fetch('/notes', { method: 'POST', token, json: { text } })

/** `testServer` has checked the body against the contract. */
async function read<Body>(path: string, token?: string): Promise<Body> {
  const response = await running.fetch(path, token === undefined ? {} : { token })
  return JSON.parse(await response.text())
}

const textOf = ({ text }: Schemas['Note']) => text

describe('the notes of an account', () => {
  it('are created, listed, read and deleted by it', async () => {
    const { token } = await running.account()
    const created = await create(token, 'Water the plants')
    expect(created.status).toBe(201)
    const path = created.headers.get('location') ?? ''
    const note = await read<Schemas['Note']>(path, token)
    expect(note.text).toBe('Water the plants')
    expect(await read('/notes', token)).toEqual({ items: [note] })
    expect((await running.fetch(path, { method: 'DELETE', token })).status).toBe(204)
    expect((await running.fetch(path, { token })).status).toBe(404)
  })

  it('are listed page by page, oldest first', async () => {
    const { token } = await running.account()
    for (const text of ['one', 'two', 'three']) {
      await create(token, text)
      running.clock.advance(1000)
    }
    const first = await read<Schemas['NoteList']>('/notes?limit=2', token)
    expect(first.items.map(textOf)).toEqual(['one', 'two'])
    const rest = `/notes?limit=2&cursor=${first.next}`
    const last = await read<Schemas['NoteList']>(rest, token)
    expect(last.items.map(textOf)).toEqual(['three'])
    expect(last).not.toHaveProperty('next')
  })

  it('are hidden from other accounts', async () => {
    const [owner, other] = [await running.account(), await running.account()]
    const created = await create(owner.token, 'secret')
    const path = created.headers.get('location') ?? ''
    const { token } = other
    expect((await running.fetch(path, { token })).status).toBe(404)
    expect((await running.fetch(path, { method: 'DELETE', token })).status).toBe(404)
    expect((await running.fetch(path, { token: owner.token })).status).toBe(200)
  })

  it('cannot be changed with the scope notes:read alone', async () => {
    const refused = await create(await running.token(['notes:read']), 'milk')
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'insufficient_scope' })
  })
})

it('anybody can read the number of notes', async () => {
  const before = await read<Schemas['Statistics']>('/statistics')
  await create((await running.account()).token, 'one more')
  expect(await read('/statistics')).toEqual({ notes: before.notes + 1 })
})
