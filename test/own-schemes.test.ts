/** Security schemes of a server that is built on ours: an API key beside OAuth2. */
import { describe, expect, it } from 'vitest'
import { contractOf } from '#contract'
import { readConfig } from '../src/config/config.ts'
import { createServer, productOf } from '../src/create-server.ts'
import type { Principals } from '../src/own-handlers.ts'
import type { Product } from '../src/services.ts'
import { startServer } from '../src/serving/server.ts'
import { testServer } from '../src/testing.ts'
import { compile } from './contract/compile.ts'
import { expectProblem } from './harness/error-responses.ts'
import { type FeedApi, feedDocument } from './harness/feed-contract.ts'

/** Who has an API key. */
interface KeyOwner {
  readonly name: string
}

const feedServer = createServer<FeedApi, object, Principals & { readonly ApiKey: KeyOwner }>({
  name: 'feed',
  contract: contractOf(feedDocument()),
  security: ({ log, now }) => ({
    ApiKey: async (req, _scopes, refuse) => {
      if (req.headers['x-api-key'] !== 'key-of-emma')
        throw refuse[401]('unknown_key', 'The key is unknown', {
          headers: { 'WWW-Authenticate': 'ApiKey' },
        })
      log.info({ at: now() }, 'a key was used')
      return { name: 'Emma' }
    },
  }),
  handlers: () => ({
    readFeed: ({ principal: { name } }, respond) =>
      respond[200]({ headers: {}, body: { username: name } }),
    readAny: ({ principal }, respond) => {
      const username = 'user' in principal ? principal.user.username : principal.name
      return respond[200]({ headers: {}, body: { username } })
    },
  }),
})

const own = (checks: () => Record<string, unknown>) => {
  const product = { ...productOf(feedServer), security: checks } as unknown as Product
  return startServer({ config: readConfig({ PORT: '0', DATABASE_URL: ':memory:' }), product })
}

describe('a security scheme of its own', () => {
  it('has its own check, whose result is the principal [N16]', async () => {
    await using server = await testServer(feedServer)
    const ask = (path: string, headers = {}, token?: string) =>
      server.fetch(path, { headers, ...(token && { token }) })
    const key = { 'x-api-key': 'key-of-emma' }
    expect(await (await ask('/feed', key)).json()).toEqual({ username: 'Emma' })
    expect(await (await ask('/any', key)).json()).toEqual({ username: 'Emma' })
    const { token, username } = await server.account({ scopes: ['me:read'] })
    expect(await (await ask('/any', {}, token)).json()).toEqual({ username })
    expect(await (await ask('/users/me', {}, token)).json()).toMatchObject({ username })
    await expectProblem(await ask('/feed', {}, token), 401, 'unknown_key')
    expect((await ask('/any')).headers.get('www-authenticate')).toMatch(/^ApiKey, Bearer /)
    expect(server.log()).toContain('a key was used')
  })

  it('prevents the start without a check, and with a check of a built-in scheme or of none [N16]', async () => {
    await expect(own(() => ({}))).rejects.toThrow('the security scheme ApiKey has no check')
    const check = async () => ({})
    await expect(own(() => ({ ApiKey: check, OAuth2: check }))).rejects.toThrow(
      'the security scheme OAuth2 has a built-in check, which stays',
    )
    await expect(own(() => ({ ApiKey: check, Key: check }))).rejects.toThrow(
      'the check Key is of no security scheme of the contract',
    )
  })
})

const program = (
  security: string,
  use = 'principal.name',
  principals = '{ ApiKey: { name: string } }',
) => `
import { createServer } from '../src/create-server.ts'
import { contractOf } from '#contract'
import type { Principals } from '../src/own-handlers.ts'
import { type FeedApi, feedDocument } from './harness/feed-contract.ts'
export const made = createServer<FeedApi, object, Principals & ${principals}>({
  name: 'feed',
  contract: contractOf<FeedApi>(feedDocument()),
  ${security}
  handlers: () => ({
    readFeed: ({ principal }, respond) => respond[200]({ headers: {}, body: { username: ${use} } }),
    readAny: (_request, respond) => respond[200]({ headers: {}, body: { username: '' } }),
  }),
})
`
const check = "security: () => ({ ApiKey: async () => ({ name: 'Emma' }) }),"
const snippets = {
  'test/right.ts': program(check),
  'test/absent.ts': program(''),
  'test/empty.ts': program('security: () => ({}),'),
  'test/other.ts': program("security: () => ({ ApiKey: async () => ({ id: 'Emma' }) }),"),
  'test/misspelled.ts': program(check.replace('ApiKey', 'ApiKy')),
  'test/use.ts': program(check, 'principal.user.username'),
  'test/untyped.ts': program(check, 'principal.name', '{}'),
}

describe('the types of security schemes', () => {
  const messages = compile({}, snippets)
  const textOf = (file: keyof typeof snippets) =>
    (messages.get(file) ?? []).map(({ text }) => text).join('\n')

  it('require a check for each scheme of its own, which returns the principal of the handlers [N16]', () => {
    expect(textOf('test/right.ts')).toBe('')
    expect(textOf('test/absent.ts')).toContain("'security' is missing")
    expect(textOf('test/empty.ts')).toContain("'ApiKey' is missing")
    expect(textOf('test/other.ts')).toContain(
      "Property 'name' is missing in type '{ id: string; }'",
    )
    expect(textOf('test/misspelled.ts')).toContain("Property 'ApiKey' is missing")
    expect(textOf('test/use.ts')).toContain("'user' does not exist on type '{ name: string; }'")
    expect(textOf('test/untyped.ts')).toContain("'principal' is of type 'unknown'")
  })
})
