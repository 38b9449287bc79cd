import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createClient,
  type TesseraClient,
  type TokenStorage,
  type Tokens,
} from '../../src/client/index.ts'
import { type TestServer, testServer } from '../harness/test-server.ts'

let server: TestServer
let tessera: TesseraClient
let secrets: string[]
beforeAll(async () => {
  server = await testServer()
  const storage: TokenStorage & { stored: Tokens | undefined } = {
    stored: undefined,
    read: () => storage.stored,
    write: (tokens) => {
      if (tokens) secrets.push(tokens.accessToken, tokens.refreshToken ?? '')
      storage.stored = tokens
    },
  }
  secrets = ['secret123', 'demo-service-secret', btoa('demo-service:demo-service-secret')]
  tessera = createClient({
    baseUrl: server.url,
    clientId: 'demo-service',
    clientSecret: 'demo-service-secret',
    storage,
  })
  await tessera.logIn({ username: 'johndoe', password: 'secret123' })
})
afterAll(() => server.stop())

const printed = (value: unknown): string =>
  [
    String(value),
    JSON.stringify(value),
    inspect(value, { depth: null, showHidden: true, getters: true, showProxy: true }),
  ].join('\n')

function expectSecret(text: string): void {
  expect(secrets.length).toBeGreaterThan(4)
  for (const secret of secrets) expect(text).not.toContain(secret)
}

describe('the client', () => {
  it('does not print its tokens', () => {
    expect(printed(tessera)).toContain('logOut')
    expectSecret(printed(tessera))
  })

  it('has no token or password in its errors, their causes and their stacks', async () => {
    const failures: unknown[] = []
    const failing = (work: Promise<unknown>) => work.catch((error) => failures.push(error))
    await failing(tessera.POST('/users/me/items', { body: { item_id: 'Foo' } }))
    await failing(tessera.logIn({ username: 'johndoe', password: 'wrong' }))
    await tessera.DELETE('/users/me/sessions')
    await failing(tessera.GET('/users/me'))
    await failing(tessera.GET('/users/me'))
    await tessera.logIn({ username: 'johndoe', password: 'secret123' })
    const { url } = server
    const gone = createClient({ baseUrl: url.replace(/\d+$/, '1') })
    await failing(gone.logIn({ username: 'johndoe', password: 'secret123' }))
    expect(failures).toHaveLength(5)
    for (const failure of failures) expectSecret(printed(failure))
  })

  it('does not quote a malformed response of /token', async () => {
    const edits: ((text: string) => string)[] = [
      (text) => text.slice(0, 60),
      (text) => text.replace(':"', ':'),
    ]
    for (const spoil of edits) {
      const broken = createClient({
        baseUrl: server.url,
        fetch: async (request) => new Response(spoil(await (await fetch(request)).text())),
      })
      const login = broken.logIn({ username: 'johndoe', password: 'secret123' })
      const failure: unknown = await login.catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(Error)
      expect(printed(failure)).not.toMatch(/eyJ|ss_token/)
    }
  })
})
