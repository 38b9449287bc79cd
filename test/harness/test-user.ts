/** A new user who has just logged in, and their audit trail. */
import type { AuditEventRow } from '../../src/store/audit-events.ts'
import { addAccount, defaultPassword } from './accounts.ts'
import { type Call, callAs } from './call.ts'
import type { TestServer } from './test-server.ts'
import { loginPair } from './token-request.ts'

export interface TestUser {
  readonly userId: string
  readonly username: string
  /** The credentials of a login. */
  readonly login: { readonly username: string; readonly password: string }
  readonly token: string
  readonly refreshToken: string
  /** The path of the account for an administrator. */
  readonly path: string
  readonly call: Call
}

/** The administrator of the demo, with every scope. */
export const administrator = { username: 'admin', password: 'administrator123' }

const defaultScopes = ['me:read', 'me:write', 'items:read', 'items:write']
let count = 0

export async function testUser(
  server: TestServer,
  scopes: readonly string[] = defaultScopes,
): Promise<TestUser> {
  const username = `test-user-${count++}`
  const userId = await addAccount(server, { username, scopes })
  const login = { username, password: defaultPassword }
  const { access: token, refresh: refreshToken } = await loginPair(server, login)
  const path = `/users/${userId}`
  return { userId, username, login, token, refreshToken, path, call: callAs(server, token) }
}

/** The events that concern an account or were caused by it, oldest first. */
export async function eventsOf(
  { services: { store } }: TestServer,
  userId: string,
): Promise<AuditEventRow[]> {
  return (await store.auditEvents.list({ userId, limit: 100 })).reverse()
}

export async function kindsOf(server: TestServer, userId: string): Promise<string[]> {
  return (await eventsOf(server, userId)).map(({ kind }) => kind)
}
