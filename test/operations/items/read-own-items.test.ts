import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount, disableAccount, usualPassword } from '../../harness/accounts.ts'
import { expectProblem } from '../../harness/error-answers.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

async function itemsOf(token: string, path = '/users/me/items'): Promise<unknown> {
  const response = await server.get(path, token)
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  return response.json()
}

describe('GET /users/me/items answers 200', () => {
  it('S5, D9 the item of the seed, and nobody may keep the answer', async () => {
    expect(await itemsOf(await server.token())).toEqual([
      {
        item_id: 'Foo',
        owner: 'johndoe',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ])
  })

  it('S6 at the path of the seed too', async () => {
    const token = await server.token()
    expect(await itemsOf(token, '/users/me/items/')).toEqual(await itemsOf(token))
  })

  it('the oldest first, fifty at most, and nobody else’s', async () => {
    const ownerId = await addAccount(server, { username: 'collector' })
    const { items } = server.services.store
    for (let age = 0; age < 101; age += 1) {
      const item = { ownerId, itemId: `item-${age}`, createdAt: 1_000_000 - age, version: 1 }
      await items.add({ ...item, title: undefined, description: undefined })
    }
    const token = await server.token({ username: 'collector', password: usualPassword })
    const expected = Array.from({ length: 50 }, (_, at) => ({
      item_id: `item-${100 - at}`,
      owner: 'collector',
    }))
    expect(await itemsOf(token)).toMatchObject(expected)
  })

  it('an empty list to whoever owns nothing', async () => {
    await addAccount(server, { username: 'ascetic' })
    const token = await server.token({ username: 'ascetic', password: usualPassword })
    expect(await itemsOf(token)).toEqual([])
  })
})

describe('GET /users/me/items answers 400', () => {
  it('S8 to a user who was disabled after the token was issued', async () => {
    await addAccount(server, { username: 'leaver' })
    const token = await server.token({ username: 'leaver', password: usualPassword })
    await disableAccount(server, 'leaver')
    const response = await server.get('/users/me/items', token)
    await expectProblem(response, 400, 'inactive_user')
  })
})
