import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from '../../harness/accounts.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { postToken } from '../../harness/token-request.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

describe('POST /token reads a password as it was entered', () => {
  const passwords = {
    emoji: '🦊🔑👩‍👩‍👧',
    accented: 'crème brûlée',
    plus: 'a+b',
    space: 'a b',
    reserved: '&=%?#+;:@/"\\<>',
    longest: 'x'.repeat(1024),
  }
  beforeAll(async () => {
    for (const [username, password] of Object.entries(passwords)) {
      await addAccount(server, { username, password })
    }
  })

  it.each(Object.entries(passwords))(
    '%s, as browsers encode it [A10]',
    async (username, password) => {
      expect((await server.login({ username, password })).status).toBe(200)
    },
  )

  it.each([
    ['emoji', '%F0%9F%A6%8A%F0%9F%94%91%F0%9F%91%A9%E2%80%8D%F0%9F%91%A9%E2%80%8D%F0%9F%91%A7'],
    ['accented', 'cr%c3%a8me%20br%C3%BBl%C3%A9e'],
    ['plus', 'a%2Bb'],
    ['plus', '%61%2b%62'],
    ['space', 'a+b'],
    ['space', 'a%20b'],
    ['longest', '%78'.repeat(1024)],
  ])('%s, in a different encoding (%#) [A10]', async (username, written) => {
    const response = await postToken(server, `username=${username}&password=${written}`)
    expect(response.status).toBe(200)
  })

  it.each([
    ['plus', 'a+b'],
    ['space', 'a%2Bb'],
  ])('but the one with a %s is not %s [A10]', async (username, written) => {
    const response = await postToken(server, `username=${username}&password=${written}`)
    expect(response.status).toBe(401)
  })
})
