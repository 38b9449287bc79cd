/** Servers that share a database do the same thing concurrently: only one succeeds. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseRefreshToken } from '../../src/oauth/refresh-tokens.ts'
import { addAccount, defaultPassword } from '../harness/accounts.ts'
import { ask, emptyDatabase } from '../harness/database.ts'
import { expectInvalidToken, expectOAuthError } from '../harness/error-responses.ts'
import { rotateKeys } from '../harness/key-rotation.ts'
import { replicas, sharedIssuer } from '../harness/replicas.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'
import { loginPair, postForm } from '../harness/token-request.ts'

const username = 'traveller'

/** Sends `times` requests to each server. Returns the responses with their bodies. */
async function refreshAtOnce(servers: readonly TestServer[], refresh: string, times = 25) {
  const form = { grant_type: 'refresh_token', refresh_token: refresh }
  const requests = Array.from({ length: times }, () =>
    servers.map((each) => postForm(each, '/token', form)),
  )
  const answers = await Promise.all(requests.flat())
  return await Promise.all(
    answers.map(async (response) => ({
      status: response.status,
      body: JSON.parse(await response.text()),
    })),
  )
}

describe('concurrent refreshes on two servers', () => {
  it('get one successor within the grace period [F3]', async () => {
    const { first, second } = await replicas()
    await addAccount(first, { username })
    const { refresh } = await loginPair(first, { username, password: defaultPassword })
    const answers = await refreshAtOnce([first, second], refresh)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200))
    const successors = new Set(answers.map(({ body }) => body.refresh_token))
    expect(successors.size).toBe(1)
    const [again] = await refreshAtOnce([second], String([...successors][0]))
    expect(again?.status).toBe(200)
  })

  it('leave one valid branch without a grace period [F2, F3]', async () => {
    const { first, second } = await replicas({ REFRESH_GRACE_SECONDS: '0' })
    await addAccount(first, { username })
    const { refresh } = await loginPair(first, { username, password: defaultPassword })
    const answers = await refreshAtOnce([first, second], refresh, 5)
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    const { familyHash } = parseRefreshToken(refresh) ?? { familyHash: '' }
    const { session } = (await second.services.store.sessions.byFamily(familyHash)) ?? {}
    const isCurrent = (text: string) =>
      parseRefreshToken(text)?.hash === session?.refresh?.tokenHash
    const successors: string[] = answers.map(({ body }) => body.refresh_token)
    expect(new Set(successors).size).toBe(10)
    expect(successors.filter(isCurrent)).toHaveLength(1)
    const replaced = successors.find((text) => !isCurrent(text)) ?? ''
    const [refused] = await refreshAtOnce([second], replaced)
    expect(refused?.status).toBe(400)
    for (const { body } of answers.slice(0, 1))
      for (const each of [first, second])
        await expectInvalidToken(
          { url: sharedIssuer },
          await each.get('/users/me', body.access_token),
        )
  })
})

describe('the counts and keys of one server', () => {
  it('apply to the next login at a different server [H2]', async () => {
    const { first, second } = await replicas({ LOGIN_MAX_FAILURES: '2' })
    for (const server of [first, second])
      await expectOAuthError(await server.login({ password: server.url }), 401, 'invalid_grant')
    await expectOAuthError(
      await second.login({ password: 'a third' }),
      429,
      'temporarily_unavailable',
    )
    await expectOAuthError(
      await first.login({ password: 'a fourth' }),
      429,
      'temporarily_unavailable',
    )
  })

  it('sign and are published at a different server [E5]', async () => {
    const { first, second, advance } = await replicas()
    const kid = await rotateKeys(first, 60_000)
    const jwks = JSON.parse(await (await second.get('/.well-known/jwks.json')).text())
    expect(jwks.keys.map((key: { kid: string }) => key.kid)).toContain(kid)
    advance(61_000)
    const token = await second.token()
    const [header = ''] = token.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString()).kid).toBe(kid)
    expect((await first.get('/users/me', token)).status).toBe(200)
  })
})

describe('four servers that start concurrently on an empty database', () => {
  it('apply each migration once, and generate one key [J1]', async () => {
    const database = await emptyDatabase()
    onTestFinished(() => database.drop())
    const starts = Array.from({ length: 4 }, () =>
      testServer({ settings: database.settings, empty: true }),
    )
    const servers = await Promise.all(starts)
    for (const server of servers) expect((await server.get('/readyz')).status).toBe(200)
    const [first] = servers
    if (!first) throw new Error('no server')
    const store = first.services.config.database
    const applied = await ask(store, 'select name from kysely_migration')
    expect(applied.length).toBe(new Set(applied.map(({ name }) => name)).size)
    expect(applied.length).toBeGreaterThan(10)
    expect(await ask(store, 'select kid from signing_keys')).toHaveLength(1)
    for (const server of servers) await server.stop()
  })
})
