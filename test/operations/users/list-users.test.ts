import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { UserList } from '../../../generated/api.ts'
import { addAccount } from '../../harness/accounts.ts'
import { type Call, callAs, jsonOf } from '../../harness/call.ts'
import { expectProblem } from '../../harness/error-responses.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { administrator } from '../../harness/test-user.ts'

let server: TestServer
let admin: Call
beforeAll(async () => {
  server = await testServer()
  admin = callAs(server, await server.token(administrator))
  for (const username of ['user-2', 'USER-3', 'user-1', 'Bob', 'user-4', 'carol'])
    await addAccount(server, { username, passwordHash: 'none' })
})
afterAll(() => server.stop())

const names = ['admin', 'alice', 'Bob', 'carol', 'johndoe', 'user-1', 'user-2', 'USER-3', 'user-4']

async function pagesOf(first: string): Promise<string[][]> {
  const pages: string[][] = []
  let path: string | undefined = first
  while (path) {
    const page: UserList = await jsonOf(admin('GET', path))
    pages.push(page.items.map(({ username }) => username))
    path = page.next && `${first}&cursor=${page.next}`
  }
  return pages
}

describe('GET /users returns 200', () => {
  it('every account, each as at /users/{user_id}', async () => {
    const { items, next } = await jsonOf<UserList>(admin('GET', '/users'))
    expect(items.map(({ username }) => username)).toEqual(names)
    expect(next).toBeUndefined()
    for (const user of items)
      expect(await jsonOf(admin('GET', `/users/${user.user_id}`))).toEqual(user)
    expect(items[1]).toMatchObject({ full_name: 'Alice Johnson', disabled: true })
  })

  it('page by page, in the order of the names', async () => {
    expect(await pagesOf('/users?limit=4')).toEqual([
      names.slice(0, 4),
      names.slice(4, 8),
      names.slice(8),
    ])
    expect(await pagesOf('/users?limit=3')).toHaveLength(3)
  })
})

describe('GET /users returns 404', () => {
  it('for a forged cursor', async () => {
    await expectProblem(await admin('GET', '/users?cursor=YWJj'), 404, 'unknown_cursor')
  })
})
