/** A user who can send every request of the contract: with all scopes, and a resource for each path parameter. */
import { decodeJwt } from 'jose'
import { addAccount, defaultPassword } from './accounts.ts'
import { type ContractOperation, declaredScopes } from './contract-operations.ts'
import type { TestServer } from './test-server.ts'

export interface Visitor {
  readonly userId: string
  readonly username: string
  /** A token with these scopes; by default all. */
  token(scopes?: readonly string[]): Promise<string>
  /** Sends a valid request of the operation. */
  send(
    operation: ContractOperation,
    token: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
}

let visitors = 0

export async function visitor(server: TestServer): Promise<Visitor> {
  const username = `visitor-${visitors++}`
  const userId = await addAccount(server, {
    username,
    email: `${username}@example.com`,
    scopes: declaredScopes,
  })
  const login = { username, password: defaultPassword }
  const pathParameters: Record<string, string> = {
    item_id: await someItem(server, userId),
    user_id: await addAccount(server, { username: `neighbor-of-${username}` }),
    session_id: String(decodeJwt(await server.token(login)).sid),
  }

  return {
    userId,
    username,
    token: (scopes = declaredScopes) => server.token({ ...login, scope: scopes.join(' ') }),
    send: ({ method, path, form, json }, token, headers = {}) => {
      const there = path.replace(/\{(\w+)\}/g, (_, name: string) => pathParameters[name] ?? name)
      const body = form ?? (json && JSON.stringify(ownBody(json)))
      return fetch(`${server.url}${there}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(json && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body && { body }),
      })
    },
  }
}

/** The example of the contract, with the visitor's password. */
function ownBody(example: object): object {
  return 'current_password' in example ? { ...example, current_password: defaultPassword } : example
}

async function someItem({ services: { store, now } }: TestServer, ownerId: string) {
  const item = { ownerId, itemId: 'Foo', title: undefined, description: undefined }
  await store.items.add({ ...item, createdAt: now(), version: 1 })
  return item.itemId
}
