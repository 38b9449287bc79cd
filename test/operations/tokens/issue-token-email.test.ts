/** LOGIN_WITH: logins with e-mail addresses. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Introspection } from '../../../generated/api.ts'
import { addAccount, changeAccount, defaultPassword } from '../../harness/accounts.ts'
import { jsonOf } from '../../harness/call.ts'
import { expectOAuthError } from '../../harness/error-responses.ts'
import { recordStatementsOn } from '../../harness/statements.ts'
import { type TestServer, testServer } from '../../harness/test-server.ts'
import { postForm } from '../../harness/token-request.ts'

const settings = { LOGIN_WITH: 'username,email' }

let server: TestServer
beforeAll(async () => {
  server = await testServer({ settings })
})
afterAll(() => server.stop())

const password = defaultPassword
const logIn = (username: string, of = server) => of.login({ username, password })

async function account(username: string, email: string, emailVerified = true, of = server) {
  const userId = await addAccount(of, { username, scopes: ['me:read'] })
  await changeAccount(of, username, { email, emailVerified })
  return userId
}

async function userOf(response: Response, of = server): Promise<string | undefined> {
  const { access_token: token } = await jsonOf<{ access_token: string }>(response)
  const client = { client_id: 'demo-service', client_secret: 'demo-service-secret' }
  const body = await jsonOf<Introspection>(postForm(of, '/introspect', { token, ...client }))
  return body.sub
}

describe('POST /token with LOGIN_WITH=username,email', () => {
  it('takes the username and the verified address, in any spelling [K71]', async () => {
    const userId = await account('jörg', 'Jörg@bücher.example')
    for (const name of ['jörg', 'Jörg@bücher.example', 'jo\u0308RG@XN--BCHER-KVA.example'])
      expect(await userOf(await logIn(name))).toBe(userId)
    const long = `${'x'.repeat(240)}@example.com`
    const longId = await account('long', long)
    expect(await userOf(await logIn(long))).toBe(longId)
  })

  it('takes no address that is not verified [K71]', async () => {
    await account('hopeful', 'hopeful@example.com', false)
    await expectOAuthError(await logIn('hopeful@example.com'), 401, 'invalid_grant')
    await changeAccount(server, 'hopeful', { emailVerified: true })
    expect((await logIn('hopeful@example.com')).status).toBe(200)
    await changeAccount(server, 'hopeful', { email: 'other@example.com', emailVerified: false })
    await expectOAuthError(await logIn('hopeful@example.com'), 401, 'invalid_grant')
  })

  it('takes a verified address before a username of the same text [K71]', async () => {
    const squatter = await addAccount(server, { username: 'mine@example.com' })
    expect(await userOf(await logIn('mine@example.com'))).toBe(squatter)
    const owner = await account('owner', 'Mine@example.com')
    expect(await userOf(await logIn('mine@example.com'))).toBe(owner)
  })

  it('costs the same statements for a known and an unknown name or address [K71, H5]', async () => {
    await account('known', 'known@example.com')
    const recorded = recordStatementsOn(/"(attempts|attempted_passwords|users|audit_events)"/)
    const statementsOf = async (username: string) => {
      vi.clearAllMocks()
      await server.login({ username, password: 'wrong' })
      return recorded()
    }
    const pairs = [
      ['known', 'unknown'],
      ['known@example.com', 'unknown@example.com'],
    ]
    for (const [known = '', unknown = ''] of pairs) {
      const statements = await statementsOf(known)
      expect(statements.length).toBeGreaterThan(3)
      expect(await statementsOf(unknown)).toEqual(statements)
    }
    const [byName, byAddress] = [
      await statementsOf('known'),
      await statementsOf('known@example.com'),
    ]
    expect(byAddress.length).toBe(byName.length)
  })

  it('counts failures for all spellings of an address together, and apart from the username [K71, H4]', async () => {
    const few = await testServer({ settings: { ...settings, LOGIN_MAX_FAILURES: '3' } })
    onTestFinished(() => few.stop())
    await account('ada', 'ada@bücher.example', true, few)
    const spellings = [
      'ada@bücher.example',
      'ADA@xn--bcher-kva.example',
      'ada@b%C3%BCcher.ex%61mple',
    ]
    for (const [at, username] of spellings.entries())
      expect((await few.login({ username, password: `wrong ${at}` })).status).toBe(401)
    for (const username of spellings) expect((await logIn(username, few)).status).toBe(429)
    expect((await logIn('ada', few)).status).toBe(200)
  })
})

describe('POST /token without LOGIN_WITH', () => {
  it('takes usernames only [K71]', async () => {
    const usual = await testServer()
    onTestFinished(() => usual.stop())
    await account('ada', 'ada@example.com', true, usual)
    await expectOAuthError(await logIn('ada@example.com', usual), 401, 'invalid_grant')
    expect((await logIn('ada', usual)).status).toBe(200)
  })
})
