/** LOGIN_WITH: logins with e-mail addresses. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Introspection } from '../../../generated/api.ts'
import {
  addAccount,
  changeAccount,
  defaultPassword,
  disableAccount,
} from '../../harness/accounts.ts'
import { callAs, jsonOf } from '../../harness/call.ts'
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

  it('reads a name with @ as an address, never as a username [K71]', async () => {
    const squatters = [
      'owned@example.com',
      'off@example.com',
      'hoped@example.com',
      'free@example.com',
    ]
    for (const username of squatters) await account(username, `of-${username}`)
    await account('owner', 'owned@example.com')
    await account('off', 'off@example.com')
    await disableAccount(server, 'off')
    await account('hoper', 'hoped@example.com', false)
    for (const name of [...squatters.slice(2), 'bot@example.com/home', 'x＠free@example.com'])
      await expectOAuthError(await logIn(name), 401, 'invalid_grant')
    const withOwnPassword = { password: 'a password of the squatter' }
    await addAccount(server, { username: 'both@example.com', ...withOwnPassword })
    const refused = () => server.login({ username: 'both@example.com', ...withOwnPassword })
    const before = await (await refused()).text()
    await account('both', 'both@example.com')
    const after = await refused()
    expect([after.status, await after.text()]).toEqual([401, before])
    expect((await logIn('of-free@example.com')).status).toBe(200)
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
    await account('ada', 'ada@straße.example', true, few)
    const locals = ['ada', 'Ada', 'aDa', 'adA', 'ADA']
    const domains = ['straße.example', 'xn--strae-oqa.example', 'STRAßE。ｅxample']
    const spellings = locals.flatMap((local) => domains.map((domain) => `${local}@${domain}`))
    const others = Array.from(
      { length: 15 },
      (_, n) => `ada@straße.example${'/?#\\:'[n % 5]}＠${n}`,
    )
    for (const [at, username] of spellings.slice(0, 3).entries())
      expect((await few.login({ username, password: `wrong ${at}` })).status).toBe(401)
    for (const username of spellings) expect((await logIn(username, few)).status).toBe(429)
    for (const username of [...others, 'ada@stra%C3%9Fe.ex%61mple'])
      expect((await logIn(username, few)).status).toBe(401)
    expect((await logIn('ada', few)).status).toBe(200)
  })

  it('counts a wrong current password for the username, also if it looks like an address [K71, H4]', async () => {
    const few = await testServer({ settings: { ...settings, LOGIN_MAX_FAILURES: '2' } })
    onTestFinished(() => few.stop())
    await account('ann@example.com', 'other@example.com', true, few)
    await account('ann', 'ann@example.com', true, few)
    await changeAccount(few, 'ann@example.com', { scopes: ['me:read', 'me:write'] })
    const token = await few.token({ username: 'other@example.com', password })
    const body = { email: 'new@example.com', current_password: 'wrong' }
    for (let n = 0; n < 2; n++) {
      const guess = { ...body, current_password: `wrong ${n}` }
      expect((await callAs(few, token)('PATCH', '/users/me', guess)).status).toBe(403)
    }
    expect((await callAs(few, token)('PATCH', '/users/me', body)).status).toBe(429)
    expect((await logIn('ann@example.com', few)).status).toBe(200)
  })
})

describe('a login', () => {
  it.each([
    { settings, own: 'vic@example.com', typed: 'ｖic@example.com', other: 'vic@example.com' },
    {
      settings: {},
      own: 'vic@example.com/x',
      typed: 'vic@example.com/x',
      other: 'vic@example.com',
    },
  ])(
    'forgets no failures of a different name: $typed and $other [K71, H4]',
    async ({ settings, own, typed, other }) => {
      const few = await testServer({ settings: { ...settings, LOGIN_MAX_FAILURES: '4' } })
      onTestFinished(() => few.stop())
      await addAccount(few, { username: own })
      if (other === own) await account('victim', other, true, few)
      else await addAccount(few, { username: other })
      const statuses: number[] = []
      for (let n = 0; n < 6; n++) {
        if (n % 2 === 0) await logIn(typed, few)
        statuses.push((await few.login({ username: other, password: `wrong ${n}` })).status)
      }
      expect(statuses.at(-1)).toBe(429)
    },
  )
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
